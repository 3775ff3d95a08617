"""Facts: the latest answers of all sources."""

from __future__ import annotations

import threading
import time

from parallel_tui.engine.looks import Looks, work_of
from parallel_tui.model.fact import PENDING
from parallel_tui.model.session.git_status import WorkStatus
from parallel_tui.model.session.join import join
from parallel_tui.model.view.snapshot import Health, Level, Source, WatchMode
from parallel_tui.record import dataclass, field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypedDict, Unpack

    from parallel_tui.engine.looks import Began, Key
    from parallel_tui.model.agent.record import AgentRecord
    from parallel_tui.model.fact import Fact
    from parallel_tui.model.hosts.view import HostsView
    from parallel_tui.model.landing.standing import KnownTests
    from parallel_tui.model.machine.view import MachineView
    from parallel_tui.model.overlap.pairs import Overlap
    from parallel_tui.model.policy.view import BoundaryView
    from parallel_tui.model.proving.proof import ProofMarks
    from parallel_tui.model.pull_request import PullRequest
    from parallel_tui.model.session.join import Joined
    from parallel_tui.model.session.repository import Base, Divergence, Repository
    from parallel_tui.model.session.worktree import Worktree
    from parallel_tui.model.sharing.coordination import Coordination
    from parallel_tui.model.window.window import MuxListing, Resources
    from parallel_tui.ports.system import Clock

    class Values(TypedDict, total=False):
        """Values that `Facts.put` accepts; see the attributes of `Facts`."""

        worktrees: tuple[Worktree, ...]
        base: Fact[Base]
        divergences: Mapping[str, Fact[Divergence]]
        listing: MuxListing
        unheard: str | None
        resources: Mapping[str, Resources]
        unsampled: str | None
        watch: WatchMode
        deaf: frozenset[str]
        coordination: Fact[Coordination]
        overlaps: Fact[tuple[Overlap, ...]]
        agents: tuple[AgentRecord, ...]
        looked: Mapping[str, float]
        boundaries: Fact[BoundaryView]
        proofs: ProofMarks | None
        checked: KnownTests | None
        requests: Mapping[str, PullRequest]
        pages: Mapping[str, str]
        machine: MachineView | None
        hosts: HostsView | None


@dataclass(slots=True)
class Facts:
    """The latest answer of every source; each is written by one part.

    Any thread may read an attribute: each value is replaced as a whole, never changed. Whoever
    writes calls `put` or `put_status`, which take the lock.

    Attributes:
        repository: Where all this stands.
        clock: Time.
        lock: Held while several facts are written together, or read for one snapshot.
        worktrees: `None` until first read.
        base: What sessions are measured against.
        divergences: By head, against the present base.
        statuses: By git directory.
        revisions: How often files may have changed, by git directory.
        listing: Latest answer of the multiplexer; `None` until the first one.
        unheard: Why the multiplexer is not known; `None` while it answers.
        resources: By window id.
        unsampled: Why what windows use is not known; `None` while it is.
        looks: When each part was last looked at.
        watch: How edits are noticed.
        deaf: Git directories of worktrees whose edits are not, though those of others are.
        coordination: What sessions tell each other.
        overlaps: What their work does to each other.
        agents: The agents of this user, those of other repositories too.
        looked: When somebody last looked at a session, in epoch seconds by key.
        boundaries: Who touches what is not theirs; pending where nobody looks.
        proofs: What was proved of sessions landed together; `None` where nobody looks.
        checked: How the configured check of each commit ended; `None` where none is configured, or
            nobody looks.
        paused: Whether the view is on hold.
        landing_after: What sessions land after by the configuration, by name.
        requests: Pull requests by branch, as far as they are known.
        pages: What sessions say of themselves in pages of their own, by git directory.
        machine: How the machine is shared out; `None` where nobody looks.
        hosts: Work shared between machines; `None` where none is.
        focused: Whether somebody looks.
        pace: How many times the usual pause passes until sources look unasked.
    """

    repository: Repository
    clock: Clock
    lock: threading.RLock = field(default_factory=threading.RLock)
    worktrees: tuple[Worktree, ...] | None = None
    base: Fact[Base] = PENDING
    divergences: Mapping[str, Fact[Divergence]] = field(default_factory=dict)
    statuses: dict[str, Fact[WorkStatus]] = field(default_factory=dict)
    revisions: dict[str, int] = field(default_factory=dict)
    listing: MuxListing | None = None
    unheard: str | None = None
    resources: Mapping[str, Resources] = field(default_factory=dict)
    unsampled: str | None = None
    watch: WatchMode = WatchMode.STARTING
    deaf: frozenset[str] = frozenset()
    coordination: Fact[Coordination] = PENDING
    overlaps: Fact[tuple[Overlap, ...]] = PENDING
    agents: tuple[AgentRecord, ...] = ()
    looked: Mapping[str, float] = field(default_factory=dict)
    boundaries: Fact[BoundaryView] = PENDING
    proofs: ProofMarks | None = None
    checked: KnownTests | None = None
    paused: bool = False
    landing_after: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    requests: Mapping[str, PullRequest] = field(default_factory=dict)
    pages: Mapping[str, str] = field(default_factory=dict)
    machine: MachineView | None = None
    hosts: HostsView | None = None
    focused: bool = True
    pace: float = 1.0
    looks: Looks = field(init=False)
    _health: dict[tuple[Source, str, str], Health] = field(default_factory=dict)
    _joined: tuple[object, object, tuple[Joined, ...]] | None = None

    def __post_init__(self) -> None:
        self.looks = Looks(self.clock, time.monotonic, self.lock)

    def put(
        self,
        *,
        done: tuple[Key, Began] | None = None,
        failed: Key | None = None,
        **values: Unpack[Values],
    ) -> bool:
        """Store answers, all of them in one step.

        Args:
            done: The look that succeeded with them, and when it began.
            failed: The look that failed.
            **values: New values by attribute.

        Returns:
            Whether a value differs from the one before, or was in doubt and is not any more.
        """
        with self.lock:
            news = self._look_ended(done, failed)
            for name, value in values.items():
                news = news or getattr(self, name) != value
                setattr(self, name, value)
            if "worktrees" in values:
                self._forget_gone()
            return news

    def put_status(self, git_dir: str, status: Fact[WorkStatus], began: Began | None) -> bool:
        """Store one worktree's status.

        Args:
            git_dir: Which worktree.
            status: The answer; a reason in it marks the look as failed.
            began: When the look began; `None` when it was about some paths only.

        Returns:
            As `put`.
        """
        key = work_of(git_dir)
        with self.lock:
            before = self.statuses.get(git_dir)
            if not isinstance(status, WorkStatus):
                self.looks.failed(key)
                news = True
            elif began is not None:
                news = self._look_ended((key, began), None)
            else:
                news = self.looks.as_of(key) is not None
                self.looks.enough(key)
            self.statuses[git_dir] = status
            return news or status != before

    def revise(self, git_dir: str) -> None:
        """Count one more possible change of a worktree's files."""
        with self.lock:
            self.revisions[git_dir] = self.revisions.get(git_dir, 0) + 1

    def live_trees(self) -> tuple[Worktree, ...]:
        """The listed worktrees that are neither bare nor missing, nor still being made."""
        return tuple(
            tree
            for tree in self.worktrees or ()
            if not (tree.bare or tree.missing or tree.being_made)
        )

    def live_tree(self, git_dir: str) -> Worktree | None:
        """One of `live_trees`, by git directory."""
        return next((tree for tree in self.live_trees() if tree.git_dir == git_dir), None)

    def _look_ended(self, done: tuple[Key, Began] | None, failed: Key | None) -> bool:
        """Record the end of a read; returns whether a value became doubtful or certain with it."""
        doubted = done is not None and self.looks.as_of(done[0]) is not None
        if done is not None:
            self.looks.done(*done)
        if failed is not None:
            self.looks.failed(failed)
        return doubted or failed is not None

    def _forget_gone(self) -> None:
        """Forget all facts about worktrees that are not listed any more.

        That is the one place where a worktree ends: its troubles end with it.
        """
        there = {tree.git_dir for tree in self.worktrees or () if not tree.missing}
        for of_trees in (self.statuses, self.revisions):
            for gone in of_trees.keys() - there:
                del of_trees[gone]
        self.looks.keep(there)
        for key in [key for key in self._health if key[2] and key[2] not in there]:
            del self._health[key]

    def trouble(
        self,
        source: Source,
        message: str,
        *,
        about: str = "",
        worktree: str = "",
        level: Level = Level.ERROR,
    ) -> None:
        """Record a problem of a source; the start time of an unchanged problem is kept.

        Args:
            source: Which.
            message: One sentence.
            about: Tells troubles of one source apart.
            worktree: Git directory of the worktree that it is about, if about one: it is over
                when that worktree is.
            level: How bad it is.
        """
        with self.lock:
            listed = self.worktrees or ()
            if worktree and all(t.missing or t.git_dir != worktree for t in listed):
                return  # it went while it was looked at
            key = (source, about, worktree)
            before = self._health.get(key)
            since = before.since if before and before.level is level else self.clock()
            self._health[key] = Health(source, level, message, since)

    def well(self, source: Source, *, about: str = "", worktree: str = "") -> None:
        """Clear a problem of a source; see `trouble`."""
        with self.lock:
            self._health.pop((source, about, worktree), None)

    def troubles(self) -> list[Health]:
        """Reported problems, sorted by source."""
        with self.lock:
            return [self._health[key] for key in sorted(self._health)]

    def broken(self, name: str, error: Exception) -> None:
        """A source raised what it did not expect."""
        self.trouble(Source.WATCH, f"Reading failed ({name}): {error!r}", about=name)

    def worth_showing(self) -> bool:
        """Whether the sessions were read, or failed with a reason; before that a view is empty."""
        with self.lock:
            return self.worktrees is not None or any(
                source is Source.GIT for source, _, _ in self._health
            )

    def joined(self) -> tuple[Joined, ...]:
        """Join the current worktrees and windows."""
        with self.lock:
            trees = self.worktrees or ()
            windows = self.listing.windows if self.listing else ()
            # Asked every second, mostly for what was joined before.
            if (
                self._joined is None
                or self._joined[0] is not trees
                or self._joined[1] is not windows
            ):
                self._joined = (trees, windows, join(self.repository, trees, windows))
            return self._joined[2]
