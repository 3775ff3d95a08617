"""Advice as the dashboard words it: a key where there is one for it, else the command line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from parallel_tui.advice import Act, Advice
from parallel_tui.command_lines import worded
from parallel_tui.errors import ParallelError
from parallel_tui.services.receipt import CleanedUp, Receipt, Removed

_KEYS: Final[Mapping[Act, str]] = {
    Act.HISTORY: "H",
    Act.REMOVE: "d",
    Act.SPAWN: "n",
    Act.TRASH: "H",
    Act.UNDO: "H",
}
"""Keys of the commands that do the same here; a test holds them to the commands' own."""


def said(words: str | Advice) -> str:
    """What may be plain words or advice, as text."""
    if not isinstance(words, Advice):
        return words
    key = _KEYS.get(words.act)
    return worded(words) if key is None else f"{words.before}press {key}{words.after}"


def hint_of(error: ParallelError) -> str:
    """What to do about an error, one thing a line; empty when there is nothing."""
    return "\n".join(filter(None, (error.hint, *map(said, error.advice))))


def sentence(receipt: Receipt) -> str:
    """What was done, and the key that takes it back where people ask for one."""
    match receipt:
        case Removed() if receipt.undo:
            return f"{receipt.message}; press H to bring it back"
        case CleanedUp() if receipt.removed:
            it = "any of them" if len(receipt.removed) > 1 else "it"
            return f"{receipt.message}; press H to bring {it} back"
        case _:
            return receipt.message
