"""Access to git; only `run` starts it."""
