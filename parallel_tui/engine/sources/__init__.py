"""Sources of facts, one module each: when to read, and what."""
