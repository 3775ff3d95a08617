"""What piles up while the dashboard runs: counted in objects, for those are the cause."""
