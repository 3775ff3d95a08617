"""How the shared files are read, locked, watched, and changed as one, whatever is in them."""
