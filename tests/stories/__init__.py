"""Fake-user stories: the whole program on a real repository and a real tmux."""
