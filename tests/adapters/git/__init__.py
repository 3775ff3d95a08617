"""The git adapter against real git."""
