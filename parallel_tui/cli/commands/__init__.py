"""One module a group of commands, each a thin call into a service."""
