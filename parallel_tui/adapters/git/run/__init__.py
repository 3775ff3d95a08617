"""Start git: environment, pinned options, time limits, and failures."""
