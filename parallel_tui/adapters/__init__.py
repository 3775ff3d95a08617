"""The outside world, one folder a neighbour; the only importers of their libraries."""
