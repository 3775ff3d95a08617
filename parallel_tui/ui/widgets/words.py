"""Update a `Static` only when its text differs: every update lays out the whole screen."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static


def say(static: Static, words: str) -> None:
    """Show plain text; nothing happens when it is shown already."""
    shown = static.content
    if not isinstance(shown, Content) or shown.plain != words or shown.spans:
        static.update(Content(words))
