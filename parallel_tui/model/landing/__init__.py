"""Landing: what may be merged into base, in which order, and why. Pure values and rules."""
