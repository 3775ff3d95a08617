"""Share the machine out among sessions: slots, ports, processes."""
