"""Merges and rebases simulated in a temporary object directory; nothing is written."""
