"""One module a pane of the dashboard."""
