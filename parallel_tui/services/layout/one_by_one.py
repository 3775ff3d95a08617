"""Layouts on a multiplexer that opens windows one by one."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from parallel_tui.errors import MuxError
from parallel_tui.model.layout.windows import (
    SHELLS,
    NewWindow,
    StandingPane,
    StandingWindow,
    StandingWindows,
)
from parallel_tui.model.window.window import Window
from parallel_tui.ports.mux import Mux
from parallel_tui.record import dataclass


@dataclass(frozen=True, slots=True)
class OneByOne:
    """Does with `ports.mux` what it can. Implements `Arranging`.

    Attributes:
        mux: The multiplexer.
    """

    mux: Mux

    @property
    def lacks(self) -> tuple[str, ...]:
        """See `Arranging.lacks`."""
        return ("options", "arrangements", "typed lines")

    def standing(self, *, options: bool = False) -> StandingWindows:
        """See `Arranging.standing`; no option is ever read."""
        windows = [each for each in self.mux.listing().windows if each.ours]
        name = windows[0].session_name if windows else ""
        return StandingWindows(name, tuple(_standing(each) for each in windows))

    def open(
        self, windows: Sequence[NewWindow], options: Sequence[tuple[str, str]] = ()
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """See `Arranging.open`."""
        opened: list[str] = []
        try:
            opened.extend(self._open(each) for each in windows)
        except BaseException:
            for window in opened:
                with suppress(MuxError):
                    self.mux.close_window(window)
            raise
        return tuple(opened), ()

    def _open(self, window: NewWindow) -> str:
        return self.mux.open_window(
            session=window.session,
            name=window.name,
            directory=window.directory,
            panes=window.panes,
            env=window.env,
        )


def _standing(window: Window) -> StandingWindow:
    panes = tuple(
        StandingPane("" if each.command in SHELLS else each.command, each.path, each.active)
        for each in window.panes
    )
    return StandingWindow(window.id, window.name, window.owner or "", "", window.active, (), panes)
