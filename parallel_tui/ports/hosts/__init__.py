"""What machines share with each other."""
