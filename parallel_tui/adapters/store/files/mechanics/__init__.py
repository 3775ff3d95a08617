"""Mechanics of the shared files: reading, locking, watching, and atomic changes of several."""
