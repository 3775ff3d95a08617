"""Which of all signs says what a session is doing. Pure."""
