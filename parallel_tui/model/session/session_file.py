"""The file in a worktree's own git directory that holds the name its session was made with."""

# On the way to the first list of sessions: nothing is imported here.

SESSION_FILE = "pdev-session"
