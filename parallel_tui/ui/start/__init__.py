"""From the command line to the first frame, and what a crash leaves behind."""
