"""Where the parts that start and end teams of sessions are put together."""
