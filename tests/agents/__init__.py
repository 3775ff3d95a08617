"""Real agents, driven end to end: the CLI is the vendor's own, only the model behind it is ours."""
