"""tmux: libtmux for verbs (`gateway`), a hidden client for news (`watching`), one listing to read.

No other package talks to it.
"""
