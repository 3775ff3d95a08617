"""How sessions begin, stay current and end: spawn, sync, removal, trash, doctor."""
