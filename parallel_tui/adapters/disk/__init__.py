"""Atomic files, the user's own folders, git's exclude file, files copied into sessions."""
