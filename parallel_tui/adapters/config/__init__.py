"""Configuration files, and the record of which repository commands are trusted."""
