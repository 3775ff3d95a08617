"""Check what sessions really changed against locks and boundaries."""

from __future__ import annotations

from parallel_tui.errors import UsageError
from parallel_tui.model import side_by_side
from parallel_tui.model.policy.change import Where
from parallel_tui.model.policy.evaluate import all_changes, lock_views, touches, uncommitted
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from parallel_tui.model.policy.evaluate import Touch
    from parallel_tui.model.policy.formats import CompiledPolicy, LockView
    from parallel_tui.model.session.join import Joined
    from parallel_tui.model.session.repository import Base
    from parallel_tui.model.session.worktree import Worktree
    from parallel_tui.model.settings.config import Config
    from parallel_tui.ports.git import GitReader
    from parallel_tui.ports.policy import Changes
    from parallel_tui.ports.store import Store
    from parallel_tui.services.policy.policies import Policies
    from parallel_tui.services.session.identity import Identity
    from parallel_tui.services.session.lookup import Sessions


@dataclass(frozen=True, slots=True)
class BoundaryReport:
    """What sessions changed, and what locks and boundaries say about it.

    Attributes:
        policy: The boundaries.
        sessions: Names of the sessions that were looked at.
        touches: By session and path.
    """

    policy: CompiledPolicy
    sessions: tuple[str, ...]
    touches: tuple[Touch, ...]

    @property
    def denied(self) -> bool:
        """Whether a change is one that is to be denied."""
        return any(each.action == "deny" for each in self.touches)

    @property
    def unknown(self) -> bool:
        """Whether the boundaries cannot be used."""
        return bool(self.policy["problems"])


@dataclass(frozen=True, slots=True)
class BoundaryChecker:
    """Checks changes.

    Attributes:
        git: Questions to git.
        changes: Lists changed paths.
        sessions: Look-up of sessions.
        identity: Who asks.
        store: Has the locks.
        policies: Has the boundaries.
        config: Effective settings.
    """

    git: GitReader
    changes: Changes
    sessions: Sessions
    identity: Identity
    store: Store
    policies: Policies
    config: Config

    def compile(self, against: str | None = None) -> CompiledPolicy:
        """Keep the boundaries of base for hooks.

        Args:
            against: Base to use instead of the configured one.

        Raises:
            CouldNotLookError: When git gave no answer, or they cannot be written.
        """
        base = self.git.base(against if against is not None else self.config.base)
        return self.policies.refresh(base)

    def path(self, session: str, path: str, base: Base) -> tuple[Touch, ...]:
        """What locks and boundaries say about one path that a session means to write.

        Args:
            session: Its name.
            path: Relative to its worktree.
            base: Which has the boundaries.

        Raises:
            CouldNotLookError: When git or the locks gave no answer.
        """
        policy = self.policies.at(base)
        change = {path: (frozenset({Where.EDITED}), False)}
        return touches(session, change, policy, self._locks(policy), self.store.now())

    def _locks(self, policy: CompiledPolicy) -> list[LockView]:
        shared = self.store.read(events=0).demand_now("locks")
        return lock_views(
            shared.locks,
            lambda lock: lock.state(self.store.now(), self.store.liveness(lock)),
            fold=policy["fold"],
        )

    def check(
        self,
        wanted: str | None = None,
        *,
        staged_in: str | None = None,
        index: str | None = None,
        session: str | None = None,
        against: str | None = None,
    ) -> BoundaryReport:
        """Check all sessions, or one.

        Args:
            wanted: Name or key of the one session; `None` for all.
            staged_in: A directory: only what is staged in its worktree is looked at.
            index: The index that is about to be committed, where it is not the worktree's own.
            session: In whose name; its worktree is looked at where it has one and `staged_in`
                names none, else the one that this is asked in.
            against: Base to use instead of the configured one.

        Raises:
            UsageError: When there is no such session, worktree or base.
            CouldNotLookError: When git or the locks gave no answer.
        """
        base = self.git.base(against if against is not None else self.config.base)
        policy = self.policies.at(base) if against is not None else self.policies.current(base)
        if session is not None and against is None and not policy["problems"]:  # which say more
            self._demand(session, policy)
        locks = self._locks(policy)
        now = self.store.now()
        found: list[Touch] = []
        if staged_in is not None:
            who = self.identity.name(session)
            tree = self._standing_in(staged_in)
            paths = self.changes.staged(tree, index)
            staged = {each.path: (frozenset({Where.STAGED}), each.folder) for each in paths}
            return BoundaryReport(policy, (who,), touches(who, staged, policy, locks, now))
        chosen = self._chosen(wanted, session)
        committed = self.changes.committed(
            base.oid, [tree.head for _, tree in chosen if tree.head is not None]
        )
        statuses = side_by_side.begin(lambda one: self._uncommitted(one[1]), chosen, threads=2)()
        for (name, tree), rest in zip(chosen, statuses, strict=True):
            changes = all_changes(committed.get(tree.head or "", ()), rest)
            found += touches(name, changes, policy, locks, now)
        return BoundaryReport(policy, tuple(name for name, _ in chosen), tuple(found))

    def _demand(self, session: str, policy: CompiledPolicy) -> None:
        """Refuse a name that nobody has: what is checked in it would be nobody's.

        Raises:
            UsageError: When neither a session, a registered one nor the boundaries have it.
        """
        names = {each.name for each in self.store.read(events=0).sessions}
        names.update(each["name"] for each in policy["sessions"])
        if self.identity.name(session) not in names:
            self.sessions.find(session)

    def _uncommitted(self, tree: Worktree) -> dict[str, tuple[frozenset[Where], bool]]:
        entries = self.git.status(tree)
        folders = any(entry.path.endswith("/") for entry in entries)
        files = self.changes.untracked(tree) if folders else None
        staged = None if tree.operation is None else self.changes.staged(tree)
        return uncommitted(entries, files, staged)

    def _chosen(self, wanted: str | None, session: str | None) -> Sequence[tuple[str, Worktree]]:
        if wanted is None and session is None:
            joined = self.sessions.all()
            return [
                (each.name, each.worktree)
                for each in joined
                if each.worktree and not each.worktree.bare and not each.worktree.missing
            ]
        if wanted is not None:
            found = self.sessions.worktree(wanted)
            return [(session or found.name, _tree(found))]
        who = self.identity.name(session)
        one = self.identity.session(who)
        if one is not None and one.worktree is not None and not one.worktree.bare:
            return [(who, _tree(one))]
        return [(who, self._standing_in(self.identity.cwd))]

    def _standing_in(self, directory: str) -> Worktree:
        home = self.sessions.standing_in(directory)
        if home is None:
            raise UsageError(f"{directory} is in no worktree, so there is nothing to check")
        return _tree(home)


def _tree(session: Joined) -> Worktree:
    tree = session.worktree
    if tree is None or tree.bare or tree.missing:
        raise UsageError(f"{session.name} has no work tree to check")
    return tree
