"""Predict conflicts once, and report them to the sessions."""
