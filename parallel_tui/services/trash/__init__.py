"""The trash and crash recovery: discard, restore, expire, finish what a crash left."""
