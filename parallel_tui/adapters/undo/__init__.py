"""Records for finishing or undoing a change: intents, trash, sync records."""
