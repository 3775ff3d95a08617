"""Sessions: worktrees, windows, names, git status, and what a session is doing."""
