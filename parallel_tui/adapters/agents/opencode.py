"""OpenCode (seen of 1.18.33): its title is the same whatever it does, so that it says nothing."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from parallel_tui.model.agent.record import Doing

COMMANDS: Final = frozenset({"opencode"})


def doing(command: str, title: str) -> tuple[Doing, str] | None:
    """Nothing, ever: its hooks and its pane have to do.

    Args:
        command: What runs in the foreground of the pane.
        title: Of the pane.
    """
    return None
