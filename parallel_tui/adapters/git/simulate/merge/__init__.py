"""Merges and replays of trees, in batches."""
