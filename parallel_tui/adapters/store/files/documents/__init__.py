"""Formats of the shared files, one module each: contents, reading and writing."""
