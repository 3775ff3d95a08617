"""One live terminal dashboard for parallel coding sessions on one git repository."""

__version__ = "0.1.0"
