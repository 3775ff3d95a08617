"""Verbs. Each does one thing whole, returns a `Receipt`, or raises a `ParallelError`."""
