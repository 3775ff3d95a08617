"""Themes, and how many colours a terminal gets."""
