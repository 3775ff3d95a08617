"""A session's work, committed or not, as one tree."""
