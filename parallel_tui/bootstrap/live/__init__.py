"""What the live view is made of, and one look at all of it."""
