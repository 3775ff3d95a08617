"""Write down how the repository's windows stand, as a layout that opens them again."""

from __future__ import annotations

import os

from parallel_tui.advice import Act, Advice
from parallel_tui.errors import RefusedError
from parallel_tui.model.session.join import inside
from parallel_tui.model.settings.config import Layout, LayoutPane, LayoutWindow, Split
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from parallel_tui.model.layout.windows import StandingPane, StandingWindow
    from parallel_tui.ports.mux import Arranging, Mux
    from parallel_tui.services.session.lookup import Sessions


@dataclass(frozen=True, slots=True)
class Frozen:
    """What stands, as a layout.

    Attributes:
        name: Of the group that the multiplexer has the windows in.
        layout: The layout.
        start: Where its windows start: the main worktree.
        homes: Worktrees of the others, by session.
    """

    name: str
    layout: Layout
    start: str
    homes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Freezer:
    """Reads windows as layouts.

    Attributes:
        mux: The multiplexer.
        arranging: Whole layouts on it.
        sessions: Look-up of what exists.
    """

    mux: Mux
    arranging: Arranging
    sessions: Sessions

    def freeze(self) -> Frozen:
        """The repository's windows as a layout.

        Raises:
            RefusedError: When there is no window.
            MuxError: When the multiplexer cannot be used.
        """
        self.mux.check()
        standing = self.arranging.standing(options=True)
        if not standing.windows:
            raise RefusedError(
                "No window of this repository is open, so there is no layout to write down.",
                advice=(Advice("Open some: ", Act.LOAD, ("parallel-dev",)),),
            )
        trees = {each.name: each.worktree for each in self.sessions.all() if each.worktree}
        homes = {name: tree.path for name, tree in trees.items() if not tree.is_main}
        main = self.sessions.git.repository.main_path
        windows = tuple(_window(each, homes, main) for each in standing.windows)
        return Frozen(standing.name, Layout(windows, options=standing.options), main, homes)


def _window(window: StandingWindow, homes: dict[str, str], main: str) -> LayoutWindow:
    session = window.session if window.session in homes else ""
    home = homes.get(session, main)
    start = window.panes[0].directory or home
    front = next((at for at, pane in enumerate(window.panes) if pane.active), 0)
    return LayoutWindow(
        name="" if window.name == session else window.name,
        panes=tuple(
            _pane(pane, at, start, focus=bool(front) and at == front)
            for at, pane in enumerate(window.panes)
        ),
        session=session,
        directory=_seen_from(home, start),
        arrangement=window.arrangement if len(window.panes) > 1 else "",
        options=window.options,
        focus=window.active,
    )


def _pane(pane: StandingPane, position: int, start: str, *, focus: bool) -> LayoutPane:
    return LayoutPane(
        command=pane.command,
        split=Split.RIGHT if position else None,
        directory=_seen_from(start, pane.directory or start),
        focus=focus,
    )


def _seen_from(start: str, place: str) -> str:
    if place == start:
        return ""
    return os.path.relpath(place, start) if inside(place, start) else place
