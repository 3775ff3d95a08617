"""Teams, without git or windows."""
