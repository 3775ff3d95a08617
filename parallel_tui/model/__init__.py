"""Frozen values and pure rules. Standard library only; no clock, no disk, no process."""
