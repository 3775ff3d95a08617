"""Boundaries: which session owns which paths, and who may write one."""
