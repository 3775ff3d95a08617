"""Git commands that change a repository."""
