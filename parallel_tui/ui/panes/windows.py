"""Pane that lists the repository's windows, in any session of the multiplexer."""

from __future__ import annotations

from collections.abc import Mapping

from parallel_tui.model.session.session import Session
from parallel_tui.model.text.words import age_of
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.model.window.window import Window
from parallel_tui.record import dataclass, field
from parallel_tui.ui.panes.list_pane import ListPane
from parallel_tui.ui.panes.spec import Listed, PaneSpec, without_windows
from parallel_tui.ui.present.windows import WINDOW_COLUMNS, window_row
from parallel_tui.ui.widgets.columns import Row


@dataclass(frozen=True, slots=True)
class WindowList(Listed[Window]):
    """The windows and their sessions.

    Attributes:
        owners: Sessions by the id of their window.
    """

    owners: Mapping[str, Session] = field(default_factory=dict)


def _windows(snapshot: Snapshot) -> WindowList:
    owners = {window: session for session in snapshot.sessions for window in session.windows}
    lost = "" if snapshot.windows else without_windows(snapshot)
    return WindowList(snapshot.windows, lost=lost, owners=owners)


class WindowsPane(ListPane[Window]):
    """One row per window."""

    SPEC = PaneSpec(
        "windows",
        "Windows",
        "Terminal windows of the repository.",
        _windows,
        WINDOW_COLUMNS,
        "none: terminals of the sessions; {attach} on a session opens one",
    )

    def key(self, item: Window) -> str:
        """The window's id."""
        return item.id

    def row(self, item: Window) -> Row:
        """A window as a row."""
        return window_row(item, self._owner(item.id), self.now)

    def about(self, item: Window) -> object:
        """Everything that a window's row depends on."""
        owner = self._owner(item.id)
        age = age_of(float(item.activity) or None, self.now)
        return (item, owner.name if owner else None, age)

    def _owner(self, window: str) -> Session | None:
        listed = self.listed
        return listed.owners.get(window) if isinstance(listed, WindowList) else None
