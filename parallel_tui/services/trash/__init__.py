"""The trash: discard, restore, expire; and the way in to every change of worktrees."""
