"""Whole layouts in tmux: opened together, and read as they stand."""
