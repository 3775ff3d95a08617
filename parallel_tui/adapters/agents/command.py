"""Any other program: what it does is told by its process and its pane, and by nothing else."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.model.agent.record import Doing


def doing(command: str, title: str) -> tuple[Doing, str] | None:
    """Nothing: a title may say anything.

    Args:
        command: What runs in the foreground of the pane.
        title: Of the pane.
    """
    return None
