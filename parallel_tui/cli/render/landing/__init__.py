"""Landings, for people and for scripts."""
