"""Model values as rows and cells. Pure."""
