"""Puts together what runs other programs for us: the multiplexer, and ourselves."""
