"""The tmux adapter against a real tmux."""
