"""Shared state of all sessions, as read from the coordination root at one moment."""

from __future__ import annotations

from enum import StrEnum

from parallel_tui.errors import CouldNotLookError
from parallel_tui.model.sharing.lock import Liveness
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from parallel_tui.model.machine.lease import Lease
    from parallel_tui.model.sharing.lock import Lock, LockState
    from parallel_tui.model.sharing.message import Message
    from parallel_tui.model.sharing.tasks import TaskList


class HandoffState(StrEnum):
    """Where a handoff stands; the last two close it."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Handoff:
    """Work passed from one session to another (guide: sync-state, `requestHandoff`).

    Attributes:
        id: Ours; derived from content and time for those another program wrote.
        sender: Session that passes it on.
        receiver: Session that should take it.
        task: What to do.
        context: What to know.
        timestamp: When it was made, epoch milliseconds, as in the guide.
        files: Paths it is about.
        branch: Branch of the sender then.
        commit: Commit of the sender then.
        state: Where it stands.
        why: Reason given when declined.
        changed: When the state last changed, epoch milliseconds.
    """

    id: str
    sender: str
    receiver: str
    task: str
    context: str = ""
    timestamp: int = 0
    files: tuple[str, ...] = ()
    branch: str | None = None
    commit: str | None = None
    state: HandoffState = HandoffState.PENDING
    why: str = ""
    changed: int = 0

    @property
    def open(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.state in (HandoffState.PENDING, HandoffState.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Event:
    """One immutable message (guide: event-coordinator).

    Attributes:
        id: File name without `.json`.
        type: A type of the guide, of ours, or any other word.
        session: Who sent it.
        payload: Its JSON payload, as compact JSON text, so that events compare by value.
        timestamp: Epoch milliseconds.
        acknowledged: Sessions that have seen it.
        recipients: Sessions it is for; empty for all but the sender.
        problem: Why it cannot be read; the other fields are then guesses from its name.
    """

    id: str
    type: str
    session: str
    payload: str = "null"
    timestamp: int = 0
    acknowledged: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    problem: str | None = None

    def unread_by(self, session: str) -> bool:
        """Whether a session still has to see it; never its own."""
        meant = not self.recipients or session in self.recipients
        return meant and session != self.session and session not in self.acknowledged


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """A session as registered in `parallel-state.json`.

    Attributes:
        name: Its name.
        status: `active`, `idle`, `blocked`, or another word found there.
        current_task: What it says it works on.
        last_update: Epoch milliseconds.
        ended: When it was ended, epoch milliseconds; `None` while it lives.
        worktree: Path of its worktree when it registered; `None` where it had none.
        branch: Branch it had checked out then.
        before_end: Its status and task before it ended, for the day it comes back.
        agent: Which kind of agent was started in it; `None` where that is not known.
        conversation: Id of the conversation that it began with. `/clear` begins another one in the
            same process: what its hooks told last is newer.
        after: Names of sessions that it is to land after.
    """

    name: str
    status: str
    current_task: str | None = None
    last_update: int = 0
    ended: int | None = None
    worktree: str | None = None
    branch: str | None = None
    before_end: tuple[str, str | None] | None = None
    agent: str | None = None
    conversation: str | None = None
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """A file of the coordination root that cannot be used as it is.

    Attributes:
        path: Relative to the coordination root.
        reason: What is wrong with it, in one sentence.
        remedy: What to do, or the command that does it.
    """

    path: str
    reason: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Coordination:
    """Everything in the coordination root that is shown.

    Attributes:
        locks: By target.
        sessions: Registered sessions by name.
        handoffs: Oldest first, closed ones last.
        events: Newest first; at most the newest few thousand.
        events_omitted: How many older ones were left out.
        tasks: Task lists by session.
        completed: Tasks reported complete.
        conflicts: Conflicts reported between sessions, a sentence each.
        problems: Files that cannot be read, and copies in linked worktrees (split-brain).
        messages: What waits for agents, oldest first.
        ended: Names of locks whose owner is proved to be gone.
        lost: Parts that could not be read at all (`locks`, `sessions`, `handoffs`, `events`,
            `tasks`), each with the reason; what this holds of them is not the truth.
        stale: Why all of it is what was known some time ago; empty for what is so now.
        ahead: Seconds by which the clock that its times are of is ahead of this machine's.
        leases: Which machines use a store on a server, as whoever listens to it was told last.
    """

    locks: tuple[Lock, ...] = ()
    sessions: tuple[SessionRecord, ...] = ()
    handoffs: tuple[Handoff, ...] = ()
    events: tuple[Event, ...] = ()
    events_omitted: int = 0
    tasks: tuple[TaskList, ...] = ()
    completed: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    messages: tuple[Message, ...] = ()
    ended: frozenset[str] = frozenset()
    lost: tuple[tuple[str, str], ...] = ()
    stale: str = ""
    ahead: float = 0.0
    leases: tuple[Lease, ...] = ()

    def why_lost(self, part: str) -> str:
        """Why a part could not be read; empty when it could."""
        return next((reason for name, reason in self.lost if name == part), "")

    def demand(self, part: str) -> Coordination:
        """The same, where a part of `lost` could be read.

        Raises:
            CouldNotLookError: When it could not.
        """
        reason = self.why_lost(part)
        if reason:
            remedy = next((each.remedy for each in self.problems if each.reason == reason), "")
            raise CouldNotLookError(reason, hint=remedy)
        return self

    def demand_now(self, part: str) -> Coordination:
        """The same, for a decision: what was known some time ago is not enough for it.

        Raises:
            CouldNotLookError: When a part could not be read, or is not known to be so now.
        """
        if self.stale:
            remedy = next((each.remedy for each in self.problems if each.reason == self.stale), "")
            raise CouldNotLookError(self.stale, hint=remedy)
        return self.demand(part)

    def lock_state(self, lock: Lock, now: float) -> LockState:
        """What others may do about a lock at a time, in epoch seconds of this machine."""
        alive = Liveness.DEAD if lock.name in self.ended else Liveness.UNKNOWN
        return lock.state(now + self.ahead, alive)

    def unread(self) -> Mapping[str, int]:
        """Number of unread events by registered session."""
        return self.unread_of(record.name for record in self.sessions)

    def queued(self) -> Mapping[str, int]:
        """Number of messages that wait for the agents of sessions, by name."""
        found: dict[str, int] = {}
        for message in self.messages:
            found[message.session] = found.get(message.session, 0) + 1
        return found

    def unread_of(self, names: Iterable[str]) -> Mapping[str, int]:
        """Number of unread events by name; one pass over the events, whatever their number."""
        found = dict.fromkeys(names, 0)
        for_all = 0
        for event in self.events:
            if not event.recipients:
                for_all += 1
                # Whoever has seen an event for all is taken out of that sum below.
                for name in {event.session, *event.acknowledged} & found.keys():
                    found[name] -= 1
                continue
            for name in found.keys() & set(event.recipients):
                found[name] += event.unread_by(name)
        return {name: count + for_all for name, count in found.items()}
