"""How the machine is shared out."""
