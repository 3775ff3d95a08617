"""Settings: definitions, allowed values, defaults."""
