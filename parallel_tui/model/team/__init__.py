"""Teams: sets of sessions that are started and ended together."""
