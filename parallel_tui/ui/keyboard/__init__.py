"""Keys: which there are, in which order they are handled, and which wait."""
