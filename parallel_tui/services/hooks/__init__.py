"""Hooks of agents and of git: install, take back, say how they stand."""
