"""What is known of a coding agent: what it waits for, what it costs. Pure."""
