"""Words on the screen: such as can be clicked, and such as are shown only when they differ."""

from __future__ import annotations

from textual.content import Content
from textual.style import Style
from textual.widgets import Static


def link(words: str, action: str, style: str = "") -> Content:
    """Words that run an action when they are clicked.

    Args:
        words: Plain text, never markup.
        action: As in a binding: `tab('diff')`.
        style: How they look.
    """
    shown = Content.styled(words, Style.from_meta({"@click": action}))
    return shown.stylize(style) if style else shown


def say(static: Static, words: str) -> None:
    """Show plain text; nothing happens when it is shown already.

    Every update of a `Static` lays out the whole screen.
    """
    shown = static.content
    if not isinstance(shown, Content) or shown.plain != words or shown.spans:
        static.update(Content(words))
