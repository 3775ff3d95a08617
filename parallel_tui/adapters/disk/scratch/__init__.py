"""Temporary folders of ours, outside the repository."""
