"""Commands that show boundaries and who touches what is not theirs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from textual.content import Content

from parallel_tui.command_lines import BOUNDARY_LINES
from parallel_tui.model.policy.evaluate import Touch
from parallel_tui.model.text.safe import safe
from parallel_tui.services.receipt import Receipt
from parallel_tui.ui.cockpit import Cockpit, Situation
from parallel_tui.ui.command import TOGETHER, VIEW, Command, Reason, ready

if TYPE_CHECKING:
    from parallel_tui.bootstrap import Core


def _cannot_open(now: Situation) -> Reason:
    return (
        ready(now)
        if isinstance(now.selection, Touch)
        else "Select a path in the Boundaries pane first."
    )


class BoundaryCommands:
    """Shows boundaries.

    Args:
        cockpit: The dashboard.
        core: The services.
    """

    def __init__(self, cockpit: Cockpit, core: Core) -> None:
        self._cockpit = cockpit
        self._core = core

    def tree(self, now: Situation) -> None:
        """Show the tree of files by owner."""
        from parallel_tui.ui.screens.boundaries import BoundariesScreen

        sessions = now.snapshot.sessions if now.snapshot else ()
        trees = [each.worktree for each in (now.session, *sessions) if each]
        usable = [tree for tree in trees if tree and not tree.missing and not tree.bare]

        def paths() -> Sequence[str]:
            return self._core.git.tracked_files(usable[0]) if usable else ()

        self._cockpit.push(BoundariesScreen(self._cockpit, paths))

    def open(self, now: Situation) -> None:
        """Show the selected touch in words, with what to do about it."""
        from parallel_tui.ui.dialogs.form import FormDialog

        touch = now.selection
        if not isinstance(touch, Touch):
            return
        key = self._cockpit.key_of("handoff")
        ask = {"ask": f"{key} hands work on it to {{0}}"} if key else {}
        words = Content(
            "\n".join(
                (
                    safe(f"{touch.session} changed {touch.path} ({', '.join(touch.where)})."),
                    "",
                    safe(touch.worded({**BOUNDARY_LINES, **ask})),
                )
            )
        )
        self._cockpit.push(
            FormDialog("Boundary", (), (), lambda _values, _choice: Receipt(""), words=words)
        )


COMMANDS: Final[tuple[Command[Any], ...]] = (
    Command(
        "boundaries",
        "b",
        "Boundaries",
        "Show which session owns which files, and who changes others' files.",
        VIEW,
        BoundaryCommands,
        BoundaryCommands.tree,
        ready,
    ),
    Command(
        "open-boundary",
        "enter",
        "Open",
        "Show what is said about the selected path.",
        TOGETHER,
        BoundaryCommands,
        BoundaryCommands.open,
        _cannot_open,
        footer=True,
        places=("boundaries",),
    ),
)
