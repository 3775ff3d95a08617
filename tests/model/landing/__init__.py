"""The order of landings, and why."""
