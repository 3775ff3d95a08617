"""Questions to git that change nothing."""
