"""Hear of windows from tmux itself: a hidden control client, and what keeps it hidden."""
