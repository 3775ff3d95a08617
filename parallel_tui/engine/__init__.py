"""The live view: watch, read, build a snapshot, publish. Knows no widget and no verb."""
