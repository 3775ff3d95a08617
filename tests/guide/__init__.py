"""The guide's own scripts, unmodified, beside ours on the same files."""
