"""Find problems, each with the command that fixes it."""
