"""Bringing sessions up to date: what is planned, predicted, rewritten, recorded, and cut off."""
