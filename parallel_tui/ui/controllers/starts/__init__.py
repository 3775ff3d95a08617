"""Start sessions: one, or a team of them."""
