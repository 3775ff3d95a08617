"""Measurements, run by hand and in CI as a report; no timed assertion."""
