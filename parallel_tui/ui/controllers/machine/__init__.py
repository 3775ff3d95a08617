"""What is done about the machine from the dashboard."""
