"""Locks of the server as lock files of this machine, and lock files of other programs there."""
