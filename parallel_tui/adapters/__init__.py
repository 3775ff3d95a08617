"""The outside world, one module or folder per neighbour; the only importers of their libraries."""
