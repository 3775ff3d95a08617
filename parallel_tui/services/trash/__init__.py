"""The trash and crash recovery: discard, restore, expire, recover."""
