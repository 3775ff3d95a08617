"""The server: where it is, how it is spoken to, and its tables."""
