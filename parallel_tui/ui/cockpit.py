"""Interface between commands and the dashboard: the selection, and what a command may request.

Commands know this and not the screen, so that they can be read, tested and moved without it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from typing import Literal, Protocol, TypeAlias, TypeVar

from textual.dom import DOMNode
from textual.screen import Screen

from parallel_tui.errors import ParallelError
from parallel_tui.model.fact import known
from parallel_tui.model.overlap.pairs import Overlap
from parallel_tui.model.policy.evaluate import Touch
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


Selection: TypeAlias = Session | Window | Lock | Handoff | Event | Overlap | Touch | TaskRef
"""What the cursor is on, in the pane with the focus."""


@dataclass(frozen=True, slots=True)
class Situation:
    """The state of the dashboard when a command is requested.

    Attributes:
        snapshot: What is shown; `None` before anything was read.
        session: The selected session: the one shown in detail, for which commands speak.
        selection: What the cursor is on; `None` when it is on nothing.
        ready: Whether the repository is open.
        busy: What is being done; empty when nothing is.
        pane: Id of the pane with the focus; in the detail pane that of its tab.
        others: What is shown of other repositories, where there are several.
        elsewhere: Name of a session of another machine, if one is selected instead.
    """

    snapshot: Snapshot | None = None
    session: Session | None = None
    selection: Selection | None = None
    ready: bool = False
    busy: str = ""
    pane: str = ""
    others: tuple[Snapshot, ...] = ()
    elsewhere: str = ""

    @property
    def coordination(self) -> Coordination:
        """The data that sessions share; empty until it is read."""
        return (known(self.snapshot.coordination) if self.snapshot else None) or Coordination()


class Cockpit(Protocol):
    """The dashboard as commands see it. For the event loop only."""

    @property
    def situation(self) -> Situation:
        """The current selection."""
        ...

    @property
    def now(self) -> float:
        """The time that ages refer to, in epoch seconds."""
        ...

    def key_of(self, command: str) -> str:
        """Key of a command on the dashboard, by the command's id; empty when it has none."""
        ...

    def set_busy(self, what: str) -> None:
        """Show what is being done; an empty text ends it."""
        ...

    def tell(
        self,
        message: str,
        *,
        title: str = "",
        severity: Literal["information", "warning", "error"] = "information",
        about: Sequence[str] = (),
    ) -> None:
        """Show a notice, in place of news about the same, by the ids of that."""
        ...

    def report(self, error: Exception) -> None:
        """Show an error, as a toast or a dialog."""
        ...

    async def explain(self, error: Exception) -> None:
        """Show an error in a dialog and wait until it is closed."""
        ...

    async def in_front(self) -> None:
        """Wait until no form or other screen is open that a new one would take the keys from."""
        ...

    def push(self, screen: Screen[Answer]) -> None:
        """Open a screen."""
        ...

    async def ask(self, screen: Screen[Answer]) -> Answer | None:
        """Open a screen and wait for its answer; only inside `start`."""
        ...

    def start(self, work: Callable[[], Awaitable[None]], *, group: str = "verbs") -> None:
        """Run work concurrently in the event loop."""
        ...

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        """Call a function after a time."""
        ...

    def suspended(self) -> AbstractContextManager[None]:
        """Lend the terminal to another program inside the block."""
        ...

    def progress(self, step: str) -> None:
        """Show the next step of the running command; from any thread."""
        ...

    def follow(self, node: DOMNode, show: Callable[[Snapshot | None], None]) -> None:
        """Pass every snapshot to a screen, beginning with the current one."""
        ...

    def select_session(self, name: str) -> None:
        """Select a session by key or name, as soon as it is listed."""
        ...

    def show_seen(self, seen: frozenset[str]) -> None:
        """Show which events the person has seen, by their ids."""
        ...

    def show_diff(self, key: str, diff: SessionDiff | ParallelError) -> None:
        """Show a session's changes, or why they cannot be read; `key` is the session's."""
        ...


class ScreenLayout(Protocol):
    """View operations that commands request from the screen."""

    def jump(self, number: int) -> None:
        """Select the session at a position, counted from 1."""
        ...

    def next_waiting(self) -> None:
        """Select the next session that waits for the user."""
        ...

    def open_filter(self) -> None:
        """Open the filter."""
        ...

    def step_back(self) -> None:
        """Clear the filter, else undo the zoom."""
        ...

    def cycle(self, by: int) -> None:
        """Focus another pane in the order of Tab."""
        ...

    def show_tab(self, name: str) -> None:
        """Show a tab of the detail pane."""
        ...

    def show_tasks(self) -> None:
        """Show and focus the tasks."""
        ...

    def next_tab(self) -> None:
        """Show the next tab of the detail pane."""
        ...

    def zoom(self) -> None:
        """Enlarge one pane to the whole screen, or undo that."""
        ...

    def next_order(self) -> None:
        """Sort sessions by something else."""
        ...

    def mix_machines(self) -> None:
        """List sessions of other machines among those of this one, or below them again."""
        ...

    def next_theme(self) -> None:
        """Switch to the next theme."""
        ...

    def copy_path(self) -> None:
        """Copy the directory of the selected session."""
        ...

    def open_palette(self) -> None:
        """Open the command palette."""
        ...

    def open_help(self) -> None:
        """Show all keys."""
        ...

    def quit(self) -> None:
        """Exit."""
        ...
