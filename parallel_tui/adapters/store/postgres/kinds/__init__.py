"""Reads and writes of a transaction, one module for each kind of shared data."""
