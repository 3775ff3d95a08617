"""Noticing changes: git's metadata, the shared files, working trees."""
