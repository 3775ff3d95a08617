"""What a transaction has read and will write, one module a kind of shared file."""
