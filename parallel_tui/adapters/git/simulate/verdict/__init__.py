"""Verdicts for pairs of sessions, computed from simulated merges."""
