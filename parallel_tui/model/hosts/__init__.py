"""Sessions of other machines, as far as they share their work through git."""
