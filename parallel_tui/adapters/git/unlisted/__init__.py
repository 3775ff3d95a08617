"""What git lists nowhere: hidden edits, repositories inside, commits kept by one worktree."""
