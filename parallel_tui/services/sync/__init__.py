"""Bring sessions up to date with base: plan, run, undo, recovery."""
