"""Branches that are moved in their worktrees."""
