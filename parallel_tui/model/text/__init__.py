"""Text: made safe for a terminal, plural forms, ages, durations, glob patterns."""
