"""Layouts as files: our own, and those of tmuxp."""
