"""tmux: libtmux for verbs, one listing call for reading. No other module talks to it."""
