"""Frozen values and pure rules, by noun. Standard library only; no clock, no disk, no process."""
