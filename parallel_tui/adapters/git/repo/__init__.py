"""Locate a repository, its worktrees, and operations in progress."""
