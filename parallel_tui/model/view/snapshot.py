"""Snapshot: everything that the dashboard shows at one moment, as one value."""

from __future__ import annotations

from enum import StrEnum

from parallel_tui.model.fact import PENDING
from parallel_tui.model.window.window import MUX_SOURCE
from parallel_tui.record import dataclass, field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from parallel_tui.model.fact import Fact
    from parallel_tui.model.hosts.view import HostsView
    from parallel_tui.model.landing.standing import KnownTests
    from parallel_tui.model.machine.view import MachineView
    from parallel_tui.model.overlap.pairs import Overlap
    from parallel_tui.model.policy.view import BoundaryView
    from parallel_tui.model.proving.proof import ProofMarks
    from parallel_tui.model.session.repository import Base, Repository
    from parallel_tui.model.session.session import Session
    from parallel_tui.model.sharing.coordination import Coordination
    from parallel_tui.model.window.window import Window


class Source(StrEnum):
    """A neighbour that the live view reads."""

    GIT = "git"
    MUX = MUX_SOURCE
    WATCH = "watch"
    TREES = "trees"
    PROCESSES = "processes"
    CONFIG = "config"
    STORE = "store"
    OVERLAPS = "overlaps"
    AGENTS = "agents"
    REQUESTS = "requests"
    MACHINE = "machine"
    HOSTS = "hosts"

    @property
    def words(self) -> str:
        """The same for people: whichever multiplexer it is, it is read for its windows."""
        return "windows" if self is Source.MUX else self.value


class Level(StrEnum):
    """How bad a health message is."""

    NOTE = "note"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Health:
    """A source that does not answer as it should; its slice keeps the last value.

    Attributes:
        source: Which one.
        level: `note` for a limit to know of, `error` for a failure.
        message: One sentence.
        since: When it began, in epoch seconds.
    """

    source: Source
    level: Level
    message: str
    since: float


class WatchMode(StrEnum):
    """How uncommitted edits are noticed."""

    STARTING = "starting"
    TREE = "tree"
    ACTIVITY = "activity"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One consistent view. Compared by value: an equal snapshot is not published.

    Attributes:
        repository: Where all this stands.
        base: The branch sessions are measured against.
        sessions: In the order of `git worktree list`, then windows without a worktree by id.
        windows: Windows that belong to this repository, by multiplexer session name, then index.
        health: Sources in trouble, by source.
        watch: How edits are noticed.
        coordination: What sessions tell each other.
        overlaps: What sessions' work does to each other and to base; pending where nobody predicts.
        boundaries: Who touches what is not theirs; pending where nobody looks.
        proofs: What was proved of sessions landed together; `None` where nobody looks.
        checked: How the configured check of each commit ended; `None` where none is configured, or
            nobody looks.
        machine: How the machine is shared out; `None` where nobody looks.
        hosts: Work shared between machines; `None` where none is.
        paused: Whether the view is on hold.
    """

    repository: Repository
    base: Fact[Base] = PENDING
    sessions: tuple[Session, ...] = ()
    windows: tuple[Window, ...] = ()
    health: tuple[Health, ...] = field(default=())
    watch: WatchMode = WatchMode.STARTING
    coordination: Fact[Coordination] = PENDING
    overlaps: Fact[tuple[Overlap, ...]] = PENDING
    boundaries: Fact[BoundaryView] = PENDING
    proofs: ProofMarks | None = None
    checked: KnownTests | None = None
    machine: MachineView | None = None
    hosts: HostsView | None = None
    paused: bool = False

    def session(self, key_or_name: str) -> Session | None:
        """Find a session by key, else by name."""
        for session in self.sessions:
            if session.key == key_or_name:
                return session
        return next((s for s in self.sessions if s.name == key_or_name), None)

    def window(self, window_id: str) -> Window | None:
        """Find a window by its id."""
        return next((w for w in self.windows if w.id == window_id), None)

    def work(self) -> tuple[Session, ...]:
        """The sessions that headers count: not the main worktree, nor a window of dashboards."""
        ours = {w.id for w in self.windows if all(pane.dashboard for pane in w.panes)}

        def is_work(session: Session) -> bool:
            if session.worktree is not None:
                return not session.worktree.is_main
            return not session.windows or not ours.issuperset(session.windows)

        return tuple(session for session in self.sessions if is_work(session))


def by_attention(sessions: Iterable[Session]) -> list[Session]:
    """Sessions by urgency, as every list has them; git's order among equals."""
    from parallel_tui.model.session.session import SessionState

    rank = {state: place for place, state in enumerate(SessionState)}
    return sorted(sessions, key=lambda session: rank[session.state])
