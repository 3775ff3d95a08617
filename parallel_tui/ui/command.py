"""Commands of the dashboard: keys, texts, action, and the reason why one cannot run now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Generic, Protocol, TypeAlias, TypeVar, runtime_checkable

from parallel_tui.model.text.safe import safe
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.record import dataclass
from parallel_tui.ui.cockpit import Situation

Reason: TypeAlias = str | None
"""Why a command cannot run now; `None` when it can."""

C = TypeVar("C")

SESSIONS, MOVE, VIEW, TOGETHER, PROGRAM = "Sessions", "Move", "View", "Together", "Program"
"""Headings of the help screen."""


def always(_: Situation) -> Reason:
    """The reason of a command that can always run: none."""
    return None


OPENING: Final = "Still opening the repository."
"""The one reason that passes by itself: a command waits for it."""


def ready(now: Situation) -> Reason:
    """Why nothing can be done with the repository yet; `None` when it can."""
    return None if now.ready else OPENING


def unselected(now: Situation) -> str:
    """Why nothing can be done with the selected session where none of this machine is."""
    if now.elsewhere:
        return f"{safe(now.elsewhere, 80)} is on another machine; do that there: `pdev on` runs it."
    return "Select a session first."


def free(now: Situation) -> Reason:
    """Why no other work can start: the repository is not open, or a command is running."""
    if now.busy:
        return f"Still busy: {now.busy}."
    return ready(now)


@dataclass(frozen=True, slots=True)
class Command(Generic[C]):
    """One command.

    Attributes:
        id: Stable name, for the configuration.
        keys: Default keys, comma-separated.
        title: A word or two, for footer and palette.
        help: One sentence.
        group: Heading in the help screen.
        owner: The controller that does it.
        act: Does it, with the controller and the moment in which it was asked for.
        reason: Why it cannot be done now.
        footer: Whether the footer shows it.
        places: Ids of the panes in which its keys mean this; empty for all where they mean
            nothing else.
    """

    id: str
    keys: str
    title: str
    help: str
    group: str
    owner: type[C]
    act: Callable[[C, Situation], None]
    reason: Callable[[Situation], Reason] = always
    footer: bool = False
    places: tuple[str, ...] = ()


@runtime_checkable
class Sees(Protocol):
    """A controller that acts on what is shown, besides on keys."""

    def seen(self, snapshot: Snapshot) -> None:
        """Take note of a new snapshot; never blocks."""
        ...


class Controllers:
    """The available controllers, each found by its class."""

    def __init__(self) -> None:
        self._all: dict[type, Any] = {}

    def add(self, *controllers: object) -> None:
        """Add controllers, so that their commands can run."""
        self._all.update({type(each): each for each in controllers})

    def of(self, kind: type[C]) -> C:
        """The controller of a class.

        Raises:
            KeyError: When it cannot act yet.
        """
        found: C = self._all[kind]
        return found

    def seen(self, snapshot: Snapshot) -> None:
        """Hand a new snapshot to every controller that goes by what is shown."""
        for each in self._all.values():
            if isinstance(each, Sees):
                each.seen(snapshot)

    def run(self, command: Command[Any], now: Situation) -> None:
        """Run a command.

        Raises:
            KeyError: When its controller cannot act yet.
        """
        command.act(self.of(command.owner), now)
