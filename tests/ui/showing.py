"""One widget or dialog in an application of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.app import App, ComposeResult
from textual.reactive import var
from textual.screen import ModalScreen
from textual.widget import Widget

from parallel_tui.model.fact import PENDING, Fact
from parallel_tui.model.session.repository import Base
from parallel_tui.model.session.session import Session
from parallel_tui.model.window.window import Screen, Window
from parallel_tui.ui.panes.detail import DetailPane
from tests.ui.samples import NOW

UNASKED = object()
"""No answer of a dialog yet."""


class Alone(App[None]):
    """Shows one widget."""

    def __init__(self, make: Callable[[], Widget]) -> None:
        super().__init__()
        self._make = make

    def compose(self) -> ComposeResult:
        yield self._make()


class Asking(App[None]):
    """Shows one dialog and keeps its answer."""

    def __init__(self, dialog: ModalScreen[Any], theme: str = "textual-dark") -> None:
        super().__init__()
        self.dialog = dialog
        self.answer: object = UNASKED
        self._theme = theme

    def on_mount(self) -> None:
        self.theme = self._theme
        self.push_screen(self.dialog, self._keep)

    def _keep(self, answer: object) -> None:
        self.answer = answer


class Detailed(App[None]):
    """The detail pane, fed as the dashboard feeds it; remembers what it asks for."""

    CSS = "DetailPane { border: round $border; }"
    session: var[Session | None] = var[Session | None](None)
    windows: var[tuple[Window, ...]] = var(())
    base: var[Fact[Base]] = var[Fact[Base]](PENDING)
    pane_screen: var[Screen | None] = var[Screen | None](None)

    def __init__(self, theme: str = "textual-dark") -> None:
        super().__init__()
        self.panes: list[str | None] = []
        self.diffs: list[Session] = []
        self._theme = theme

    def compose(self) -> ComposeResult:
        yield DetailPane(clock=lambda: NOW).data_bind(
            Detailed.session, Detailed.windows, Detailed.base, Detailed.pane_screen
        )

    def on_mount(self) -> None:
        self.theme = self._theme

    @property
    def detail(self) -> DetailPane:
        """The pane."""
        return self.query_one(DetailPane)

    def on_detail_pane_pane_wanted(self, event: DetailPane.PaneWanted) -> None:
        self.panes.append(event.pane)

    def on_detail_pane_diff_wanted(self, event: DetailPane.DiffWanted) -> None:
        self.diffs.append(event.session)


def rendered(app: App[None]) -> str:
    """All that is written to the terminal for the present screen, as text."""
    lines = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in lines)
