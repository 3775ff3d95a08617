"""What the live view is made of."""
