"""What of a layout is there, what is to be opened, and what cannot be. Pure."""

from __future__ import annotations

from enum import StrEnum

from parallel_tui.model.layout.opening import beside, names_for
from parallel_tui.model.settings import agent_command
from parallel_tui.model.settings.consent import TrustNeededError
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from parallel_tui.model.layout.windows import StandingWindows
    from parallel_tui.model.session.join import Joined
    from parallel_tui.model.session.worktree import Worktree
    from parallel_tui.model.settings.config import Layout, Origin
    from parallel_tui.model.settings.consent_question import Question


@dataclass(frozen=True, slots=True)
class NamedLayout:
    """A layout, and where it is from.

    Attributes:
        name: As it is called, in words too.
        layout: Its windows.
        origin: Who wrote it.
        notes: What of a file is not done, in words.
    """

    name: str
    layout: Layout
    origin: Origin
    notes: tuple[str, ...] = ()


class FileTrustNeededError(TrustNeededError):
    """Commands from a file would run that the user has not allowed as they are."""

    title = "These commands come from a file"

    def __init__(self, file: str, question: Question) -> None:
        super().__init__(question)
        self.message = f"{file} names commands that would run, and you have not allowed them yet."


class Fate(StrEnum):
    """What becomes of one window of a layout."""

    OPEN = "open"
    """It is opened."""
    THERE = "there"
    """It is there already, and stays as it is."""
    LEFT_OUT = "left out"
    """It cannot be opened."""


@dataclass(frozen=True, slots=True)
class PlannedWindow:
    """One window of a layout.

    Attributes:
        name: By which it is found again.
        fate: What becomes of it.
        session: Name of the session whose window it is; empty for none.
        directory: Where it starts; empty where it is left out.
        why: Why it is left out.
    """

    name: str
    fate: Fate
    session: str = ""
    directory: str = ""
    why: str = ""


def planned(
    layout: Layout, existing: Sequence[Joined], standing: StandingWindows, session: str = ""
) -> tuple[PlannedWindow, ...]:
    """What becomes of each window of a layout, in its order.

    A window is there when one of its name is. The first window of a session is there when the
    session has one that was made for it, whatever that is called: a second one would start a second
    agent in the same files.

    Args:
        layout: Its windows.
        existing: All sessions.
        standing: The repository's windows.
        session: Name of the session that all of them are for; empty for the repository.
    """
    names = {window.name for window in standing.windows}
    owners = {window.session for window in standing.windows}
    by_name = {each.name: each for each in existing}
    main = next((each for each in existing if each.worktree and each.worktree.is_main), None)
    begun: set[str] = set()
    found = []
    for name, window in zip(names_for(layout, session), layout.windows, strict=True):
        wanted = session or window.session
        home = by_name.get(wanted) if wanted else main
        owner = wanted
        if not owner and main and agent_command.runs_agent(window.panes):
            owner = main.name  # an agent works there: it reports as what stands there
        first = bool(wanted) and wanted not in begun
        begun.add(wanted)
        tree = home.worktree if home else None
        if name in names or (first and wanted in owners):
            found.append(PlannedWindow(name, Fate.THERE, owner))
        elif tree is None or tree.missing or (tree.bare and wanted):
            found.append(PlannedWindow(name, Fate.LEFT_OUT, owner, why=_why(wanted, tree)))
        else:
            place = beside(tree.path, layout.directory, window.directory)
            found.append(PlannedWindow(name, Fate.OPEN, owner, place))
    return tuple(found)


def _why(wanted: str, tree: Worktree | None) -> str:
    if tree is None:
        return f"there is no session {wanted}" if wanted else "there is no main worktree"
    return "it is a bare repository" if tree.bare else "its directory is gone"
