"""In-memory store for tests: the smallest one that keeps every promise of the port."""
