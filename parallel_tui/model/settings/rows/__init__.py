"""Rows of the table of settings, a module a subject."""
