"""What tests share: a world to act on, and ways to wait without sleeping."""
