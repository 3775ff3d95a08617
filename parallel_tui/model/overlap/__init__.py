"""What two sessions' work does to each other: levels, verdicts, pairs, words."""
