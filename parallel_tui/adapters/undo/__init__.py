"""What is kept so that a change can be finished or taken back: intents, trash, sync records."""
