"""What lands, proves and checks sessions, each put together where it is asked for."""
