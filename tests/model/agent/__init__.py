"""Values of agents."""
