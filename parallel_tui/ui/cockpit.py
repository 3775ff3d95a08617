"""Interface between commands and the dashboard: the selection, and what a command may request.

Commands know this and not the screen, so that they can be read, tested and moved without it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from typing import Literal, Protocol, TypeAlias, TypeVar

from textual.dom import DOMNode
from textual.screen import Screen

from parallel_tui.errors import ParallelError
from parallel_tui.model.fact import known
from parallel_tui.model.overlap.pairs import Overlap
from parallel_tui.model.session.diff import SessionDiff
from parallel_tui.model.session.session import Session
from parallel_tui.model.sharing.coordination import Coordination, Event, Handoff
from parallel_tui.model.sharing.lock import Lock
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.model.window.window import Window
from parallel_tui.record import dataclass

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class TaskRef:
    """A task of the selected session.

    Attributes:
        number: Its place in the list, counted from 1.
    """

    number: int


Selection: TypeAlias = Session | Window | Lock | Handoff | Event | Overlap | TaskRef
"""What the cursor is on, in the pane with the focus."""


@dataclass(frozen=True, slots=True)
class Situation:
    """The moment in which a command is asked for.

    Attributes:
        snapshot: What is shown; `None` before anything was read.
        session: The selected session: the one shown in detail, for which commands speak.
        selection: What the cursor is on; `None` when it is on nothing.
        ready: Whether the repository is open.
        busy: What is being done; empty when nothing is.
        pane: Id of the pane with the focus; in the detail pane that of its tab.
    """

    snapshot: Snapshot | None = None
    session: Session | None = None
    selection: Selection | None = None
    ready: bool = False
    busy: str = ""
    pane: str = ""

    @property
    def coordination(self) -> Coordination:
        """What sessions tell each other; empty before it was read."""
        return (known(self.snapshot.coordination) if self.snapshot else None) or Coordination()


class Cockpit(Protocol):
    """The dashboard as commands see it. Everything here is for the event loop only."""

    @property
    def situation(self) -> Situation:
        """What is selected now."""
        ...

    @property
    def now(self) -> float:
        """The time that ages are shown for, in epoch seconds."""
        ...

    def set_busy(self, what: str) -> None:
        """Show what is being done; empty words end it."""
        ...

    def tell(
        self,
        message: str,
        *,
        title: str = "",
        severity: Literal["information", "warning", "error"] = "information",
    ) -> None:
        """Show a toast."""
        ...

    def report(self, error: Exception) -> None:
        """Show an error, as a toast or a dialog."""
        ...

    async def explain(self, error: Exception) -> None:
        """Show an error in a dialog and wait until it was read."""
        ...

    def push(self, screen: Screen[Answer]) -> None:
        """Put a screen in front."""
        ...

    async def ask(self, screen: Screen[Answer]) -> Answer | None:
        """Put a screen in front and wait for its answer; only inside `start`."""
        ...

    def start(self, work: Callable[[], Awaitable[None]], *, group: str = "verbs") -> None:
        """Run work beside the event loop's other work."""
        ...

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        """Do something after a time."""
        ...

    def suspended(self) -> AbstractContextManager[None]:
        """Give the terminal to another program meanwhile."""
        ...

    def progress(self, step: str) -> None:
        """Show the next step of what is being done; from any thread."""
        ...

    def follow(self, node: DOMNode, show: Callable[[Snapshot | None], None]) -> None:
        """Hand every snapshot to a screen, from the present one on."""
        ...

    def select_session(self, name: str) -> None:
        """Put the cursor on a session, by key or name, as soon as it is there."""
        ...

    def show_diff(self, key: str, diff: SessionDiff | ParallelError) -> None:
        """Show what a session changed, or why that cannot be read; `key` is the session's."""
        ...


class Layout(Protocol):
    """What commands about the view ask of the screen."""

    def jump(self, number: int) -> None:
        """Select the session at a position, counted from 1."""
        ...

    def next_waiting(self) -> None:
        """Select the next session that waits for somebody."""
        ...

    def open_filter(self) -> None:
        """Type a filter."""
        ...

    def step_back(self) -> None:
        """Take back the filter, else the zoom."""
        ...

    def cycle(self, by: int) -> None:
        """Go to another pane in the order of Tab."""
        ...

    def show_tab(self, name: str) -> None:
        """Show a tab of the detail pane."""
        ...

    def show_tasks(self) -> None:
        """Show the tasks and put the focus there."""
        ...

    def next_tab(self) -> None:
        """Show the next tab of the detail pane."""
        ...

    def zoom(self) -> None:
        """Give the screen to one pane, or back to all."""
        ...

    def next_theme(self) -> None:
        """Go to the next theme, for this run."""
        ...

    def copy_path(self) -> None:
        """Copy the directory of the selected session."""
        ...

    def open_palette(self) -> None:
        """Find a command by name."""
        ...

    def open_help(self) -> None:
        """Show all keys."""
        ...

    def quit(self) -> None:
        """Leave."""
        ...
