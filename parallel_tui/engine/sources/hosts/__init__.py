"""Read what machines share with each other."""
