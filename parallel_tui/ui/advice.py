"""Advice as the dashboard words it: a key where there is one for it, else the command line."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from textual.app import App

from parallel_tui.advice import Act, Advice
from parallel_tui.command_lines import worded
from parallel_tui.errors import ParallelError
from parallel_tui.services.receipt import CleanedUp, Receipt, Removed

Keys: TypeAlias = Callable[[str], str]
"""Finds the key of a command of the dashboard by the command's id; empty when it has none."""

HISTORY: Final = "history"
"""Id of the command that shows what can be undone."""

_COMMANDS: Final[Mapping[Act, str]] = {
    Act.HISTORY: HISTORY,
    Act.QUEUE: "queue",
    Act.REMOVE: "remove",
    Act.SPAWN: "spawn",
    Act.TRASH: HISTORY,
    Act.UNDO: HISTORY,
}
"""Ids of the commands that do the same here; a test holds them to the table of commands."""


_PLACE: Final = re.compile(r"\{([a-z-]+)\}")


def keys_of(app: App[Any]) -> Keys:
    """Look up keys as the dashboard has them now, with what the user has remapped."""

    def key_of(command: str) -> str:
        bindings = app.screen_stack[0]._bindings.copy()  # the dashboard, whatever is in front
        bindings.apply_keymap(app._keymap)
        for _, binding in bindings:
            if binding.id == command:
                return app.get_key_display(binding)
        return ""

    return key_of


def keyed(words: str, keys: Keys) -> str:
    """Fill in the key for each `{command}`; a clause about a command without a key is left out."""
    kept = []
    for clause in re.split(r"(?<=[.:]) ", words):
        named = {command: keys(command) for command in _PLACE.findall(clause)}
        if all(named.values()):
            kept.append(_PLACE.sub(lambda found: named[found[1]], clause))  # noqa: B023
    return " ".join(kept).removesuffix(":")


def said(words: str | Advice, keys: Keys) -> str:
    """Plain words or advice as text."""
    if not isinstance(words, Advice):
        return words
    key = keys(_COMMANDS[words.act]) if words.act in _COMMANDS else ""
    return f"{words.before}press {key}{words.after}" if key else worded(words)


def hint_of(error: ParallelError, keys: Keys) -> str:
    """Remedies for an error, one per line; empty without any."""
    return "\n".join(filter(None, (error.hint, *(said(each, keys) for each in error.advice))))


def sentence(receipt: Receipt, keys: Keys) -> str:
    """A receipt's sentence, with the key that undoes it where people need one."""
    match receipt:
        case Removed() if receipt.undo:
            return f"{receipt.message}; {brought_back('it', keys)}"
        case CleanedUp() if receipt.removed:
            it = "any of them" if len(receipt.removed) > 1 else "it"
            return f"{receipt.message}; {brought_back(it, keys)}"
        case _:
            return receipt.message


def brought_back(it: str, keys: Keys) -> str:
    """How to restore what is going to the trash, or is there: `press H to bring it back`."""
    key = keys(HISTORY)
    return f"press {key} to bring {it} back" if key else f"`pdev undo` brings {it} back"
