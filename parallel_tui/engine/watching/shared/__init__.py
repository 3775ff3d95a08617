"""What watches for the live views of several repositories in one program."""
