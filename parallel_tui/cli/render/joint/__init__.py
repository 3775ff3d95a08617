"""What was proved of sessions landed together, and the train, in words and as JSON."""
