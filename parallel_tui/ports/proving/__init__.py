"""Ports for proving that sessions work together, and for the train."""
