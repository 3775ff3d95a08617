"""Locks, handoffs, events, tasks and the register of sessions."""
