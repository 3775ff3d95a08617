"""Work trees outside git's list of worktrees, which borrow the repository's objects."""
