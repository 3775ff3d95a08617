"""Read-only git commands."""
