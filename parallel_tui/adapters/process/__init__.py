"""Processes: the process table, liveness, exit notices, starting programs."""
