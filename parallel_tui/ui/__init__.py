"""The dashboard. Widgets post requests; the app runs commands; services do the work."""
