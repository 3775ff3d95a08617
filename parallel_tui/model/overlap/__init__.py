"""Overlaps between the work of two sessions: levels, verdicts, pairs, words."""
