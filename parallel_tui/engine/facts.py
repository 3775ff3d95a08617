"""What has been read so far, and the snapshot that it amounts to."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from parallel_tui.engine.looks import COMMITS, WINDOWS, Looks, work_of
from parallel_tui.model.fact import PENDING, Fact, Unknown
from parallel_tui.model.overlap.pairs import Overlap
from parallel_tui.model.session.freshness import Slice, Stale
from parallel_tui.model.session.git_status import WorkStatus
from parallel_tui.model.session.join import Joined, join
from parallel_tui.model.session.repository import Base, Divergence, Repository
from parallel_tui.model.session.session import Evidence, Session
from parallel_tui.model.session.state import changes_by_itself_at, evidence_of
from parallel_tui.model.session.window import MuxListing, Resources, Window
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.model.sharing.coordination import Coordination
from parallel_tui.model.view.snapshot import Health, Level, Snapshot, Source, WatchMode
from parallel_tui.ports.system import Clock

ACTIVITY_GRAIN: Final = 15
"""Seconds to which times of activity are rounded: a busy window is not news every second."""

_SPINNER: Final = re.compile(r"^[\u2800-\u28ff✳✢✶✻✽·∗*◐◓◑◒⏳|/\\-]+\s+")


@dataclass
class Facts:
    """The latest answer of every neighbour. Guarded by `lock`; written by one part each.

    Attributes:
        repository: Where all this stands.
        clock: Time.
        lock: Held while several facts are read or written together.
        worktrees: `None` until first read.
        base: What sessions are measured against.
        divergences: By head, against the present base.
        statuses: By git directory.
        revisions: How often files may have changed, by git directory.
        listing: Latest answer of the multiplexer; `None` until the first one.
        unheard: Why the multiplexer is not known; `None` while it answers.
        resources: By window id.
        unsampled: Why what windows use is not known; `None` while it is.
        looks: When each part was last looked at. Guarded by `lock`, as everything here.
        watch: How edits are noticed.
        deaf: Git directories of worktrees whose edits are not, though those of others are.
        coordination: What sessions tell each other.
        overlaps: What their work does to each other.
        paused: Whether the view is on hold.
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
    paused: bool = False
    looks: Looks = field(init=False)
    _health: dict[tuple[Source, str, str], Health] = field(default_factory=dict)
    _evidence: dict[str, Evidence] = field(default_factory=dict)
    _joined: tuple[object, object, tuple[Joined, ...]] | None = None

    def __post_init__(self) -> None:
        self.looks = Looks(self.clock, time.monotonic)

    def take_worktrees(self, trees: tuple[Worktree, ...]) -> None:
        """Take over a new list, and forget everything about a worktree that is not in it.

        That is the one place where a worktree ends: its troubles end with it.
        """
        with self.lock:
            self.worktrees = trees
            there = {tree.git_dir for tree in trees if not tree.missing}
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
        """A source does not answer as it should; the beginning of the same trouble is kept.

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
        """A source answers (again); see `trouble`."""
        with self.lock:
            self._health.pop((source, about, worktree), None)

    def worth_showing(self) -> bool:
        """Whether the rows are known, or why they are not: a view before that would be empty."""
        with self.lock:
            return self.worktrees is not None or any(
                source is Source.GIT for source, _, _ in self._health
            )

    def joined(self) -> tuple[Joined, ...]:
        """Worktrees with their windows as they stand."""
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

    def snapshot(self) -> tuple[Snapshot, float | None]:
        """The present view, and when it will change by itself; both from one moment."""
        with self.lock:
            now = self.clock()
            joined = self.joined()
            shown = [window for entry in joined for window in entry.windows]
            evidence = {entry.key: self._judge(entry, now) for entry in joined}
            self._evidence = evidence
            snapshot = Snapshot(
                repository=self.repository,
                base=self.base,
                sessions=tuple(self._session(entry, evidence[entry.key]) for entry in joined),
                windows=tuple(
                    calm(window)
                    for window in sorted(shown, key=lambda w: (w.session_name, w.index, w.id))
                ),
                health=self._all_health(),
                watch=self.watch,
                coordination=self.coordination,
                overlaps=self.overlaps,
                paused=self.paused,
            )
            times = [changes_by_itself_at(shown, now)]
            told = self.watch is WatchMode.TREE and not self.deaf
            doubt = self.looks.next_doubt(told=told)
            times += [None if doubt is None else now + doubt]
            return snapshot, min((at for at in times if at is not None), default=None)

    def _all_health(self) -> tuple[Health, ...]:
        """Troubles that were told, and looks that have not come back."""
        found = [self._health[key] for key in sorted(self._health)]
        paths = {tree.git_dir: tree.path for tree in self.worktrees or ()}
        for part, git_dir in self.looks.overdue():
            if part is Slice.WINDOWS or (git_dir and git_dir not in paths):
                continue
            where = f" in {paths[git_dir]}" if git_dir else ""
            what = "git status" if part is Slice.WORK else "git"
            began = self.looks.began(part, git_dir)
            message = f"{what} has not answered yet{where}"
            found.append(Health(Source.GIT, Level.NOTE, message, began))
        return tuple(found)

    def _judge(self, entry: Joined, now: float) -> Evidence:
        unknown = self.unheard
        if unknown is None and self.listing is None:
            unknown = "windows have not been looked for yet"
        return evidence_of(
            entry.worktree,
            entry.windows,
            now=now,
            unknown=unknown,
            before=self._evidence.get(entry.key),
        )

    def _session(self, entry: Joined, evidence: Evidence) -> Session:
        tree = entry.worktree
        first = entry.windows[0] if entry.windows else None
        signs = [float(calm(window).activity) for window in entry.windows if window.activity]
        if tree is not None and tree.touched is not None:
            signs.append(tree.touched)
        return Session(
            key=entry.key,
            name=entry.name,
            worktree=tree,
            windows=tuple(window.id for window in entry.windows),
            evidence=evidence,
            status=self._status(tree),
            divergence=self._divergence(tree),
            resources=self._resources(entry.windows),
            command=first.active_pane.command if first else "",
            last_activity=max(signs, default=None),
            managed=bool(tree and tree.assigned_name)
            or any(window.owner is not None and window.ours for window in entry.windows),
            revision=self.revisions.get(entry.key, 0),
            stale=tuple(self._stale(tree, bool(entry.windows))),
        )

    def _stale(self, tree: Worktree | None, windows: bool) -> Iterable[Stale]:
        if tree is not None and not tree.missing and not tree.bare:
            told = self.watch is WatchMode.TREE and tree.git_dir not in self.deaf
            as_of = self.looks.as_of(work_of(tree.git_dir), told=told)
            if as_of is not None and isinstance(self.statuses.get(tree.git_dir), WorkStatus):
                yield Stale(Slice.WORK, as_of)
        commits, heard = self.looks.as_of(COMMITS), self.looks.as_of(WINDOWS)
        if tree is not None and commits is not None:
            yield Stale(Slice.COMMITS, commits)
        if windows and heard is not None:
            yield Stale(Slice.WINDOWS, heard)

    def _status(self, tree: Worktree | None) -> Fact[WorkStatus]:
        if tree is None:
            return Unknown("there is no worktree")
        if tree.bare:
            return Unknown("a bare repository has no files")
        if tree.missing:
            return Unknown("its directory is gone")
        return self.statuses.get(tree.git_dir, PENDING)

    def _divergence(self, tree: Worktree | None) -> Fact[Divergence]:
        if tree is None:
            return Unknown("there is no worktree")
        if tree.head is None:
            return Unknown("it has no commit")
        if isinstance(self.base, Unknown):
            return self.base
        return self.divergences.get(tree.head, PENDING)

    def _resources(self, windows: Iterable[Window]) -> Fact[Resources]:
        ids = [window.id for window in windows]
        if not ids:
            return Unknown("it has no window")
        if self.unsampled is not None:
            return Unknown(self.unsampled)
        found = [self.resources[each] for each in ids if each in self.resources]
        if not found:
            return PENDING
        return Resources(
            cpu=sum(one.cpu for one in found),
            memory=sum(one.memory for one in found),
            processes=sum(one.processes for one in found),
        )


def calm(window: Window) -> Window:
    """A window without what changes every second while a program in it is busy.

    Times of activity are rounded, and the spinner that agents turn in a pane's title is dropped.
    """
    panes = tuple(
        replace(pane, title=_SPINNER.sub("", pane.title)) if pane.title else pane
        for pane in window.panes
    )
    activity = window.activity - window.activity % ACTIVITY_GRAIN
    return replace(window, panes=panes, activity=activity)
