"""A store in this process's memory, for tests: the smallest engine that keeps every promise."""
