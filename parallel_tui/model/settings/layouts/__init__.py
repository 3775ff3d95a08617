"""A layout as people write it: read strictly, and written."""
