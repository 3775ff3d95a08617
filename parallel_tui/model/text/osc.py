"""Control sequences by which a terminal shows a notification on its own desktop. Pure."""

from __future__ import annotations

from parallel_tui.model.text.safe import safe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_SIMPLE = ("iTerm.app",)
"""Terminals, by `TERM_PROGRAM`, that know the form without a title alone."""

_NONE = ("dumb", "linux", "")
"""Kinds of terminal, by `TERM`, that have no desktop, or would print such a sequence."""


def notification(title: str, text: str, env: Mapping[str, str]) -> str:
    """The sequence for a notification; empty for a terminal that would print it.

    Args:
        title: Its heading; anything.
        text: What it says; anything.
        env: Our environment, which tells what terminal it is as far as that can be known. One that
            is not known gets the form that most understand and all others ignore.
    """
    if env.get("TERM", "") in _NONE:
        return ""
    # A semicolon would end the title.
    heading, words = safe(title, 60).replace(";", ","), safe(" · ".join(text.splitlines()), 240)
    if env.get("TERM_PROGRAM") in _SIMPLE or env.get("LC_TERMINAL") == "iTerm2":
        return f"\x1b]9;{heading}: {words}\x07"
    return f"\x1b]777;notify;{heading};{words}\x07"
