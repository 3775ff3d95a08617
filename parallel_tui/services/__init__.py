"""Verbs: each one does its work whole, returns a `Receipt`, or raises a `ParallelError`."""
