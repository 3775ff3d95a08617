"""Predicting conflicts once, and reporting them to the sessions."""
