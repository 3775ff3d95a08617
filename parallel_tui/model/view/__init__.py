"""Snapshots of the dashboard, and the changes between two of them."""
