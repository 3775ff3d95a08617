"""GNU Screen: one query to list, `-X` for verbs, `/proc` for what it does not tell.

No other package talks to it. It has no events: whoever watches it is deaf, and is told so.
"""
