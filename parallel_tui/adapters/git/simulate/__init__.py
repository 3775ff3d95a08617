"""Simulated merges of live work, without a trace in the repository.

Objects go to a temporary object directory, indexes are temporary copies; no reference, index,
object or lock file of the repository or of a worktree changes.
"""
