"""Worktrees that come and go: trash and undo, cleaning up, crashes half way."""
