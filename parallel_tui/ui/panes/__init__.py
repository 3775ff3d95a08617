"""Panes of the dashboard, one module each."""
