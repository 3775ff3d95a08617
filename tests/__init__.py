"""Tests. Real git, real tmux on a private socket, real files."""
