"""What sessions take of this machine, written down where all of them see it."""
