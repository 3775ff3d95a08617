"""Windows of the terminal multiplexer, what runs in them, and how one is shown."""
