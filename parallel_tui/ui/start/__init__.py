"""Start of the dashboard, from the command line to the first frame."""
