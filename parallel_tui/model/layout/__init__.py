"""Layouts of windows: how they are written down, and what of one is to be opened."""
