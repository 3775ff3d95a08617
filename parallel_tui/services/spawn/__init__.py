"""Start a session: plan, steps, and their rollback."""
