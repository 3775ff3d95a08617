"""What can land on base, in which order."""
