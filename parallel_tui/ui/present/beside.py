"""What the rest of a snapshot says of each session. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from parallel_tui.model.fact import known
from parallel_tui.model.landing.standing import KnownTests, Lands, LandState, standing
from parallel_tui.model.overlap.verdict import Verdict
from parallel_tui.model.overlap.words import names_of, rivals
from parallel_tui.model.session.session import Session
from parallel_tui.model.sharing.coordination import Coordination
from parallel_tui.model.sharing.tasks import TaskList
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.record import dataclass


@dataclass(frozen=True, slots=True)
class Beside:
    """What is known of a session besides itself.

    Attributes:
        tasks: What it has to do, where anything was dealt out to it.
        task: What it says it works on; empty where it says nothing.
        unread: Number of events it has not seen.
        queued: Number of messages that wait for its agent.
        rivals: Names of those it conflicts with, the worst first.
        in_base: Whether base is proved to have all of its work.
        dashboard: Whether a dashboard is on the screen of one of its windows.
        checked: How checks ended; `None` where none is configured.
        outside: Whether it changed what is another's, or whose it is cannot be known.
    """

    tasks: TaskList | None = None
    task: str = ""
    unread: int = 0
    queued: int = 0
    rivals: Sequence[str] = ()
    in_base: bool = False
    dashboard: bool = False
    checked: KnownTests | None = None
    outside: bool = False

    @property
    def in_hand(self) -> str:
        """The task that it is at: what it says, else the first that is not ticked."""
        open_tasks = (
            each.text for each in (self.tasks.tasks if self.tasks else ()) if not each.done
        )
        return self.task or next(open_tasks, "")

    def standing(self, session: Session) -> Lands:
        """Whether the session can land, as far as that is known."""
        return standing(
            session,
            len(self.rivals),
            in_base=self.in_base,
            checked=self.checked,
            outside=self.outside,
        )


ALONE: Final = Beside()

NOTHING: Final[Mapping[str, Beside]] = MappingProxyType({})
"""Before anything was read."""


def besides(snapshot: Snapshot) -> Mapping[str, Beside]:
    """What is known of every session besides itself, by its key."""
    shared = known(snapshot.coordination) or Coordination()
    pairs = known(snapshot.overlaps) or ()
    tasks = {each.session: each for each in shared.tasks}
    said = {each.name: each.current_task or "" for each in shared.sessions if each.ended is None}
    unread, queued = shared.unread(), shared.queued()
    against = rivals(pairs, names_of(snapshot.sessions))
    landed = {
        pair.a
        for pair in pairs
        if pair.b is None and isinstance(pair.verdict, Verdict) and pair.verdict.in_base
    }
    bounds = known(snapshot.boundaries)
    outside = {each.session for each in bounds.touches if each.action == "deny"} if bounds else ()
    boards = {w.id for w in snapshot.windows if any(pane.dashboard for pane in w.panes)}
    elsewhere = snapshot.hosts.sessions if snapshot.hosts is not None else ()
    others = {each.key: Beside(rivals=against.get(each.key, ())) for each in elsewhere}
    return others | {
        session.key: Beside(
            tasks=tasks.get(session.name),
            task=said.get(session.name, ""),
            unread=unread.get(session.name, 0),
            queued=queued.get(session.name, 0),
            rivals=against.get(session.key, ()),
            in_base=session.key in landed,
            dashboard=not boards.isdisjoint(session.windows),
            checked=snapshot.checked,
            outside=session.name in outside or bool(bounds and bounds.problems),
        )
        for session in snapshot.sessions
    }


def ready(snapshot: Snapshot, beside: Mapping[str, Beside]) -> int:
    """How many sessions can land, as far as a list knows."""
    stands = (beside.get(each.key, ALONE).standing(each) for each in snapshot.work())
    return sum(each.what is LandState.READY for each in stands)
