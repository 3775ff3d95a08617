"""One live terminal dashboard for parallel coding sessions on one git repository."""

__version__ = "0.1.0"

SCHEMA = 2
"""Version of every JSON object that `pdev` prints; it grows only when a part goes or is renamed."""
