"""Format model values as rows and cells. Pure."""
