"""What Codex shows in the title of its pane (seen of 0.171.0). It runs as `node` or `codex`."""

from __future__ import annotations

import re

from parallel_tui.model.agent.record import Doing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

COMMANDS: Final = frozenset({"codex", "node"})

# The mark in brackets blinks. At rest the title is the task and the directory, which says nothing.
_ASKS: Final = re.compile(r"\[ [!.] \] Action Required\b")
_TURNS: Final = re.compile(r"[\u2801-\u28ff] \S")


def doing(command: str, title: str) -> tuple[Doing, str] | None:
    """What a title says; `None` for nothing.

    Args:
        command: What runs in the foreground of the pane.
        title: Of the pane.
    """
    if _ASKS.match(title):
        return Doing.WAITING, "its title says that action is required"
    if command == "codex" and _TURNS.match(title):
        return Doing.WORKING, "a spinner turns in its title"
    return None
