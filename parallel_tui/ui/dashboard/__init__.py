"""The screen of the dashboard: panes fed from snapshots, where they stand, and the palette."""
