"""Build a snapshot from the facts read so far."""

from __future__ import annotations

import re

from parallel_tui.engine.looks import COMMITS, WINDOWS, work_of
from parallel_tui.model.fact import PENDING, Unknown, known
from parallel_tui.model.session.freshness import Slice, Stale
from parallel_tui.model.session.git_status import WorkStatus
from parallel_tui.model.session.session import Session
from parallel_tui.model.session.state import changes_by_itself_at, considered_of, evidence_of
from parallel_tui.model.session.worktree import STILL_WRITTEN
from parallel_tui.model.view.snapshot import Health, Level, Snapshot, Source, WatchMode
from parallel_tui.model.window.window import Resources
from parallel_tui.record import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Final

    from parallel_tui.engine.facts import Facts
    from parallel_tui.model.fact import Fact
    from parallel_tui.model.hosts.view import HostsView
    from parallel_tui.model.overlap.pairs import Overlap
    from parallel_tui.model.session.join import Joined
    from parallel_tui.model.session.repository import Divergence
    from parallel_tui.model.session.session import Evidence
    from parallel_tui.model.session.worktree import Worktree
    from parallel_tui.model.state.verdict import Judged
    from parallel_tui.model.window.window import Window

ACTIVITY_GRAIN: Final = 15
"""Seconds to which times of activity are rounded: a busy window is not news every second."""

_SPINNER: Final = re.compile(r"^[\u2800-\u28ff✳✢✶✻✽·∗*◐◓◑◒⏳|/\\-]+\s+")


class SnapshotBuilder:
    """Builds snapshots from facts; remembers the last evidence of each session's state.

    Args:
        facts: What is known.
    """

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._evidence: dict[str, Evidence] = {}
        self._proved: tuple[object, tuple[Overlap, ...]] | None = None
        self._placed: tuple[object, HostsView] | None = None
        self._sessions: dict[str, Session] = {}

    def snapshot(self) -> tuple[Snapshot, float | None]:
        """The current snapshot, and when it will change without news; both of one moment."""
        facts = self._facts
        with facts.lock:
            now = facts.clock()
            joined = facts.joined()
            shown = [window for entry in joined for window in entry.windows]
            judged = self._by_agents(joined, now)
            after = self._after()
            evidence = {
                entry.key: judged[entry.key].evidence
                if entry.key in judged
                else self._judge(entry, now)
                for entry in joined
            }
            self._evidence = evidence
            sessions = [
                self._session(
                    entry, evidence[entry.key], judged.get(entry.key), after.get(entry.name, ())
                )
                for entry in joined
            ]
            snapshot = Snapshot(
                repository=self._facts.repository,
                base=self._facts.base,
                sessions=self._kept(sessions),
                windows=tuple(
                    calm(window)
                    for window in sorted(shown, key=lambda w: (w.session_name, w.index, w.id))
                ),
                health=self._all_health(),
                watch=self._facts.watch,
                coordination=self._facts.coordination,
                overlaps=self._overlaps({entry.key: entry.name for entry in joined}),
                boundaries=self._facts.boundaries,
                proofs=self._facts.proofs,
                checked=self._facts.checked,
                machine=self._facts.machine,
                hosts=self._hosts(),
                paused=self._facts.paused,
            )
            times = [changes_by_itself_at(shown, now)]
            times += [each.changes_at for each in judged.values()]
            told = self._facts.watch is WatchMode.TREE and not self._facts.deaf
            doubt = self._facts.looks.next_doubt(told=told)
            times += [None if doubt is None else now + doubt]
            return snapshot, min((at for at in times if at is not None), default=None)

    def _overlaps(self, names: Mapping[str, str]) -> Fact[tuple[Overlap, ...]]:
        """What sessions' work does to each other, with what was proved of it."""
        found, proofs = self._facts.overlaps, self._facts.proofs
        if proofs is None or not proofs.tracked or not isinstance(found, tuple):
            return found
        from parallel_tui.model.proving.attached import attached

        about = (found, proofs, names)
        if self._proved is None or self._proved[0] != about:
            self._proved = (about, attached(found, proofs, names))
        return self._proved[1]

    def _hosts(self) -> HostsView | None:
        """What machines share, with times by our clock and with who is there."""
        view, shared = self._facts.hosts, known(self._facts.coordination)
        if view is None or not view.sessions:
            return view
        from parallel_tui.model.hosts.presence import placed_in_time

        about = (view, shared.leases if shared is not None else ())
        if self._placed is None or self._placed[0] != about:
            self._placed = (about, placed_in_time(*about))
        return self._placed[1]

    def _all_health(self) -> tuple[Health, ...]:
        """Reported problems, and overdue reads."""
        found = self._facts.troubles()
        paths = {tree.git_dir: tree.path for tree in self._facts.worktrees or ()}
        for part, git_dir in self._facts.looks.overdue():
            if part is Slice.WINDOWS or (git_dir and git_dir not in paths):
                continue
            where = f" in {paths[git_dir]}" if git_dir else ""
            what = "git status" if part is Slice.WORK else "git"
            began = self._facts.looks.began(part, git_dir)
            message = f"{what} has not answered yet{where}"
            found.append(Health(Source.GIT, Level.NOTE, message, began))
        return tuple(found)

    def _judge(self, entry: Joined, now: float) -> Evidence:
        unknown = self._facts.unheard
        if unknown is None and self._facts.listing is None:
            unknown = "windows have not been looked for yet"
        return evidence_of(
            entry.worktree,
            entry.windows,
            now=now,
            unknown=unknown,
            before=self._evidence.get(entry.key),
            looked=self._facts.looked.get(entry.key),
        )

    def _by_agents(self, joined: Sequence[Joined], now: float) -> Mapping[str, Judged]:
        """What agents say of their sessions, by the sessions' keys."""
        facts = self._facts
        if not facts.agents:
            return {}
        # Most commands know no agent, and pay for none.
        from parallel_tui.model.state.belonging import of_sessions
        from parallel_tui.model.state.verdict import judge

        entries = {entry.key: entry for entry in joined}
        found = {}
        for key, records in of_sessions(facts.agents, joined).items():
            tree = entries[key].worktree
            if tree is not None and tree.missing:
                continue
            judged = judge(records, entries[key].windows, now, facts.looked.get(key))
            if judged is not None:
                found[key] = judged
        return found

    def _after(self) -> Mapping[str, tuple[str, ...]]:
        """What sessions land after, by name."""
        shared = known(self._facts.coordination)
        told = {each.name: each.after for each in shared.sessions if each.after} if shared else {}
        if not told:
            return self._facts.landing_after
        from parallel_tui.model.landing.dependencies import joined  # most know of nothing

        return joined(self._facts.landing_after, told)

    def _session(
        self, entry: Joined, evidence: Evidence, judged: Judged | None, after: tuple[str, ...]
    ) -> Session:
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
            revision=self._facts.revisions.get(entry.key, 0),
            stale=tuple(self._stale(tree, bool(entry.windows))),
            agent=judged.agent if judged is not None else None,
            considered=judged.considered
            if judged is not None
            else considered_of(entry.windows, evidence, self._facts.clock()),
            after=after,
            request=self._facts.requests.get(tree.own_branch or "") if tree else None,
            page=self._facts.pages.get(entry.key, ""),
        )

    def _kept(self, sessions: Iterable[Session]) -> tuple[Session, ...]:
        """Sessions, the same objects as before where nothing changed.

        Everybody who compares them afterwards is done at once.
        """
        before = self._sessions
        kept = tuple(was if (was := before.get(each.key)) == each else each for each in sessions)
        self._sessions = {each.key: each for each in kept}
        return kept

    def _stale(self, tree: Worktree | None, windows: bool) -> Iterable[Stale]:
        if tree is not None and not tree.missing and not tree.bare:
            told = self._facts.watch is WatchMode.TREE and tree.git_dir not in self._facts.deaf
            as_of = self._facts.looks.as_of(work_of(tree.git_dir), told=told)
            if as_of is not None and isinstance(self._facts.statuses.get(tree.git_dir), WorkStatus):
                yield Stale(Slice.WORK, as_of)
        commits, heard = self._facts.looks.as_of(COMMITS), self._facts.looks.as_of(WINDOWS)
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
        if tree.being_made:
            return Unknown(STILL_WRITTEN)
        return self._facts.statuses.get(tree.git_dir, PENDING)

    def _divergence(self, tree: Worktree | None) -> Fact[Divergence]:
        if tree is None:
            return Unknown("there is no worktree")
        if tree.head is None:
            return Unknown("it has no commit")
        if isinstance(self._facts.base, Unknown):
            return self._facts.base
        return self._facts.divergences.get(tree.head, PENDING)

    def _resources(self, windows: Iterable[Window]) -> Fact[Resources]:
        windows = tuple(windows)
        if not windows:
            return Unknown("it has no window")
        ids = [window.id for window in windows if window.others]
        if not ids:
            return Unknown("what this view itself uses is not counted")
        if self._facts.unsampled is not None:
            return Unknown(self._facts.unsampled)
        found = [self._facts.resources[each] for each in ids if each in self._facts.resources]
        if not found:
            return PENDING
        return Resources(
            cpu=sum(one.cpu for one in found),
            memory=sum(one.memory for one in found),
            processes=sum(one.processes for one in found),
            disk=sum(one.disk for one in found),
            **_trends(found),
        )


def _trends(found: Sequence[Resources]) -> dict[str, tuple[int, ...]]:
    """What several windows used together over the last minutes; nothing after a single look."""
    if not any(one.memory_trend for one in found):
        return {}
    from parallel_tui.model.machine.trend import together

    return {
        "cpu_trend": together([one.cpu_trend for one in found]),
        "memory_trend": together([one.memory_trend for one in found]),
    }


def calm(window: Window) -> Window:
    """A window without the values that change every second while a program in it is busy.

    Times of activity are rounded, and the spinner that agents turn in a pane's title is dropped.
    """
    panes = tuple(
        replace(pane, title=_SPINNER.sub("", pane.title)) if pane.title else pane
        for pane in window.panes
    )
    activity = window.activity - window.activity % ACTIVITY_GRAIN
    return replace(window, panes=panes, activity=activity)
