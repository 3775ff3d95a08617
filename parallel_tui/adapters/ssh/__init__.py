"""Other machines by ssh, with the user's own settings for it."""
