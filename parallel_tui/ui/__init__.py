"""The dashboard. Widgets post requests; controllers run commands; services do the work."""
