"""Start and end teams of sessions."""
