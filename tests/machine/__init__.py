"""Rules of how the machine is shared out."""
