"""A session: one line of parallel work, joined from a worktree and its windows."""

from __future__ import annotations

from enum import StrEnum

from parallel_tui.model.fact import PENDING
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Final

    from parallel_tui.model.agent.record import Agent
    from parallel_tui.model.agent.waiting import WaitsFor
    from parallel_tui.model.fact import Fact
    from parallel_tui.model.pull_request import PullRequest
    from parallel_tui.model.session.freshness import Slice, Stale
    from parallel_tui.model.session.git_status import WorkStatus
    from parallel_tui.model.session.repository import Divergence
    from parallel_tui.model.session.worktree import Worktree
    from parallel_tui.model.window.window import Resources


WINDOW_KEY: Final = "window:"
"""How the key of a session begins that is a window without a worktree; its id follows."""


class SessionState(StrEnum):
    """State of a session, in the order of urgency."""

    WAITING = "waiting"
    FAILED = "failed"
    """Its agent gave up: the model's server is down, say."""
    CRASHED = "crashed"
    """Its agent's process died without ending."""
    DONE = "done"
    """Its agent finished, and nobody has looked since."""
    LIMITED = "limited"
    """Its agent may not go on before a time."""
    EXITED = "exited"
    STARTING = "starting"
    WORKING = "working"
    QUIET = "quiet"
    IDLE = "idle"
    NO_WINDOW = "no window"
    MISSING = "missing"
    UNKNOWN = "unknown"


NEEDS_SOMEBODY: Final = frozenset(
    {SessionState.WAITING, SessionState.FAILED, SessionState.CRASHED, SessionState.DONE}
)
"""States in which a session gets no further before somebody looks at it."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A state with its proof.

    Attributes:
        state: The state.
        source: Where it was seen: `claude` (its own state file), `hook`, `bell`, `pane`, `process`,
            `git`, `tmux`.
        detail: The observation in words, for "why this state?".
        since: When the observation began, in epoch seconds, where that is known.
        waits_for: What an agent that waits asks for; `None` where that is not known.
        until: When a limit ends, in epoch seconds, where that is known.
        seen_at: When it was first seen to be so, in epoch seconds, where that is known.
        said: First line of what its agent said last, where it tells.
    """

    state: SessionState
    source: str
    detail: str
    since: float | None = None
    waits_for: WaitsFor | None = None
    until: float | None = None
    seen_at: float | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class Considered:
    """Something that was seen of a session, and what came of it.

    Attributes:
        evidence: What was seen, as if nothing else had been.
        decided: Whether the session's state is this one.
        why: Why it is, or why it is not.
    """

    evidence: Evidence
    decided: bool
    why: str


@dataclass(frozen=True, slots=True)
class Session:
    """One row of the dashboard.

    Attributes:
        key: Identity that survives renames: the worktree's git directory, or `window:@id`.
        name: Slug, unique in the repository.
        worktree: Where it works; `None` for a window that stands in no worktree.
        windows: Ids of its windows, its own window first.
        evidence: What it is doing, and how that is known.
        status: What is uncommitted.
        divergence: Its commits against base.
        resources: What the process trees of its windows use together.
        command: Foreground command of its first window's active pane; empty without one.
        last_activity: Latest sign of life, in epoch seconds; `None` when there was none.
        managed: Whether pdev made its worktree or its window.
        revision: Grows when files of its worktree may have changed, also where the status reads as
            before: an edited file can be edited again.
        stale: Parts that are shown as they were, for they could not be looked at since.
        agent: The agent that its state is of; `None` where none is known.
        considered: All that was seen of its state, what decided first.
        after: Names of the sessions that it is to land after.
        request: Pull request of its branch; `None` where none is known.
        page: What it says of itself in a page of its own; empty where it says nothing.
    """

    key: str
    name: str
    worktree: Worktree | None
    windows: tuple[str, ...]
    evidence: Evidence
    status: Fact[WorkStatus] = PENDING
    divergence: Fact[Divergence] = PENDING
    resources: Fact[Resources] = PENDING
    command: str = ""
    last_activity: float | None = None
    managed: bool = False
    revision: int = 0
    stale: tuple[Stale, ...] = ()
    agent: Agent | None = None
    considered: tuple[Considered, ...] = ()
    after: tuple[str, ...] = ()
    request: PullRequest | None = None
    page: str = ""

    def as_of(self, part: Slice) -> float | None:
        """When a part was last known to be right, in epoch seconds; `None` while it is right."""
        return next((each.as_of for each in self.stale if each.part is part), None)

    @property
    def state(self) -> SessionState:
        """The state without its evidence."""
        return self.evidence.state

    @property
    def needs_somebody(self) -> bool:
        """Whether it gets no further before somebody looks at it."""
        return self.state in NEEDS_SOMEBODY


def heir_of(key: str, sessions: Iterable[Session]) -> Session | None:
    """The session that has the window of a session that had no worktree and is gone.

    A window is often heard of before the worktree that it stands in, and is a session until then.

    Args:
        key: The key of the session that is gone.
        sessions: Those there are now.
    """
    if not key.startswith(WINDOW_KEY):
        return None
    window = key.removeprefix(WINDOW_KEY)
    return next((each for each in sessions if window in each.windows), None)
