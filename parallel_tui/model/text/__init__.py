"""Text helpers: sanitising for a terminal, plurals, ages, durations, glob patterns."""
