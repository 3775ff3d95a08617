"""Share the work of sessions with other machines through refs of a remote."""
