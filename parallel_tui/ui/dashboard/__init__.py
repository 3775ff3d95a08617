"""The dashboard screen: its panes, their arrangement, and the command palette."""
