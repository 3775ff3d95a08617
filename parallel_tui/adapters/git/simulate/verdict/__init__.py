"""From simulated merges to a verdict for each pair of sessions."""
