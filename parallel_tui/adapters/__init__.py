"""Access to the outside world, one folder per neighbour; only here are its libraries imported."""
