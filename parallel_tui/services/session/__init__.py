"""Find sessions, identify the caller, show and close windows."""
