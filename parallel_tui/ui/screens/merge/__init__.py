"""Landing sessions: the plan, its checks, its details, its run."""
