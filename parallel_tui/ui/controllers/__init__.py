"""Commands with their handlers and the reasons why one cannot run now."""
