"""Where a repository is, its worktrees, and operations in progress."""
