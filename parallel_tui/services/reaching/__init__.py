"""Reach the agents of sessions: messages that wait for them, and conversations opened again."""
