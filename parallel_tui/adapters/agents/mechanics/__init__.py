"""How what agents wrote is read: files, single values, and the processes that prove them."""
