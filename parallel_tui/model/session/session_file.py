"""File in a worktree's git directory that records the session's name."""

# On the way to the first list of sessions: nothing is imported here.

SESSION_FILE = "pdev-session"
