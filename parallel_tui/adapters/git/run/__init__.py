"""Starting git: environment, pinned options, time limits, and what a failure means."""
