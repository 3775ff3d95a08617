"""The few commands that change a repository."""
