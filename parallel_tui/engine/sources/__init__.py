"""One module a source of facts: when it reads, and what."""
