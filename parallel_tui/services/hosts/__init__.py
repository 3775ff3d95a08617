"""Sharing work between machines."""
