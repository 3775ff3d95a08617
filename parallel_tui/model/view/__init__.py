"""What the dashboard shows at one moment, and what changed since the last."""
