"""The hook that agents call, run as they run it."""
