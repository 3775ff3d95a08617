"""What Antigravity shows in the title of its pane, as Gemini's CLI 0.61.0 was seen to do."""

from __future__ import annotations

from parallel_tui.model.agent.record import Doing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

COMMANDS: Final = frozenset({"agy", "antigravity", "gemini", "node"})

_SAYS: Final = (
    ("✋  Action Required", Doing.WAITING, "its title says that action is required"),
    ("✦  Working", Doing.WORKING, "its title says that it works"),
    ("◇  Ready", Doing.RESTING, "its title says that it is ready"),
)


def doing(command: str, title: str) -> tuple[Doing, str] | None:
    """What a title says; `None` for nothing.

    Args:
        command: What runs in the foreground of the pane.
        title: Of the pane.
    """
    return next((said[1:] for said in _SAYS if title.startswith(said[0])), None)
