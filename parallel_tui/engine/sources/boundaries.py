"""Check what sessions change against locks and boundaries, as facts about it change."""

from __future__ import annotations

import time

from parallel_tui.engine.retry import Backoff
from parallel_tui.engine.table import Row, always
from parallel_tui.errors import ParallelError
from parallel_tui.model.fact import Unknown, known
from parallel_tui.model.policy.evaluate import all_changes, lock_views, touches, uncommitted
from parallel_tui.model.policy.view import BoundaryView, worst_first
from parallel_tui.model.session.git_status import WorkStatus
from parallel_tui.model.sharing.coordination import Coordination
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Final

    from parallel_tui.engine.facts import Facts
    from parallel_tui.model.policy.change import WrittenPath
    from parallel_tui.model.policy.evaluate import Touch
    from parallel_tui.model.policy.formats import CompiledPolicy, LockView
    from parallel_tui.model.scope import Look
    from parallel_tui.model.session.repository import Base
    from parallel_tui.model.session.worktree import Worktree
    from parallel_tui.ports.policy import Changes, Policy

RECONCILE: Final = 60.0
"""Seconds after which it is seen to that hooks still find what was compiled for them."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """What a session touches, by path with how it changed, and what else that depends on."""

    about: object
    paths: Mapping[str, tuple[object, tuple[Touch, ...]]]


class BoundaryReader:
    """Keeps `Facts.boundaries` up to date from what other sources have read.

    git is asked when base or a session's commits have moved, and for nothing else.

    Args:
        make: Makes what reads boundaries and commits; called once, on the thread that uses it.
        facts: Where inputs come from and answers go.
        changed: Called after an answer that differs is in.
    """

    name: Final = "boundaries"
    looks: Final[frozenset[Look]] = frozenset()

    def __init__(
        self,
        make: Callable[[], tuple[Policy, Changes]],
        facts: Facts,
        changed: Callable[[], None],
    ) -> None:
        self._make = make
        self._made: tuple[Policy, Changes] | None = None
        self._facts = facts
        self._changed = changed
        self._backoff = Backoff()
        self._read: tuple[Base, float, CompiledPolicy] | None = None
        self._commits: dict[tuple[str, str], tuple[WrittenPath, ...]] = {}
        self._kept: dict[str, _Kept] = {}

    def row(self) -> Row:
        """Its row among the sources."""
        after = {"topology": always, "statuses": always, "shared": always}
        return Row(source=self, first=None, awaited=False, after=after)

    def read(self) -> float | None:
        """Check what changed; returns seconds to the next look unasked."""
        base = known(self._facts.base)
        if base is None:
            return None
        try:
            found = self._look(base)
        except (ParallelError, OSError) as error:
            if self._facts.put(boundaries=Unknown(str(error))):
                self._changed()
            return self._backoff.failed(time.monotonic())
        self._backoff.well(time.monotonic())
        if self._facts.put(boundaries=found):
            self._changed()
        return RECONCILE * self._facts.pace

    def _look(self, base: Base) -> BoundaryView:
        if self._made is None:
            self._made = self._make()
        reads, changes = self._made
        policy = self._policy(base, reads)
        shared = known(self._facts.coordination) or Coordination()
        now = self._facts.clock()
        locks = lock_views(
            shared.locks, lambda lock: shared.lock_state(lock, now), fold=policy["fold"]
        )
        sessions = {
            entry.key: (entry.name, entry.worktree)
            for entry in self._facts.joined()
            if entry.worktree and not entry.worktree.bare and not entry.worktree.missing
        }
        drafted = not policy["sessions"] and not policy["problems"] and reads.drafted()
        if not locks and not policy["sessions"]:
            return BoundaryView(
                policy, drafted=drafted
            )  # nothing to be measured against: nothing is asked
        self._read_commits(base, [tree for _, tree in sessions.values()], changes)
        self._kept = {
            key: self._touches(key, name, tree, base, policy, locks, now)
            for key, (name, tree) in sessions.items()
        }
        found = [
            touch
            for kept in self._kept.values()
            for _, some in kept.paths.values()
            for touch in some
        ]
        return BoundaryView(policy, tuple(sorted(found, key=worst_first)), drafted)

    def _policy(self, base: Base, reads: Policy) -> CompiledPolicy:
        moment = time.monotonic()
        if self._read is None or self._read[0] != base:
            self._read = (base, moment, reads.current(base, unasked=True))
        elif moment - self._read[1] >= RECONCILE and self._read[2]["base"]["blob"] is not None:
            reads.keep(self._read[2])
            self._read = (base, moment, self._read[2])
        return self._read[2]

    def _read_commits(self, base: Base, trees: list[Worktree], changes: Changes) -> None:
        """Read what commits change that were not read before; others are forgotten."""
        wanted = {(base.oid, tree.head) for tree in trees if tree.head is not None}
        kept = {pair: found for pair, found in self._commits.items() if pair in wanted}
        missing = sorted(head for _, head in wanted - kept.keys())
        if missing:
            fresh = changes.committed(base.oid, missing)
            kept |= {(base.oid, head): fresh[head] for head in missing}
        self._commits = kept

    def _touches(
        self,
        key: str,
        name: str,
        tree: Worktree,
        base: Base,
        policy: CompiledPolicy,
        locks: list[LockView],
        now: float,
    ) -> _Kept:
        """What one session touches, worked out anew only for paths that changed in another way."""
        status = self._facts.statuses.get(key)
        entries = status.entries if isinstance(status, WorkStatus) else ()
        committed = self._commits.get((base.oid, tree.head or ""), ())
        # What is staged in a merge or rebase under way is mostly others', and not known apart.
        staged = None if tree.operation is None else ()
        written = all_changes(committed, uncommitted(entries, staged=staged))
        about = (name, policy, locks)
        before = self._kept.get(key)
        known = before.paths if before is not None and before.about == about else {}
        fresh = {path: how for path, how in written.items() if known.get(path, (None,))[0] != how}
        found: dict[str, list[Touch]] = {path: [] for path in fresh}
        for touch in touches(name, fresh, policy, locks, now):
            if touch.action != "allow":
                found[touch.path].append(touch)
        return _Kept(
            about,
            {
                path: (how, tuple(found[path])) if path in found else known[path]
                for path, how in written.items()
            },
        )


def boundary_rows(
    make: Callable[[], tuple[Policy, Changes]], *, wanted: bool
) -> Callable[[Facts, Callable[[], None]], tuple[Row, ...]]:
    """What adds this source to an engine.

    Args:
        make: As for `BoundaryReader`.
        wanted: Whether it is to be added.
    """

    def rows(facts: Facts, want: Callable[[], None]) -> tuple[Row, ...]:
        return (BoundaryReader(make, facts, want).row(),) if wanted else ()

    return rows
