"""Threads, and who has them do what when."""
