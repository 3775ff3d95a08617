"""Sync plans and outcomes: bringing sessions up to date with base. Pure values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

from parallel_tui.model.scope import COORDINATION, TOPOLOGY, Scope, status_of
from parallel_tui.model.session.git_status import StatusEntry, StatusKind
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.record import dataclass


class Skip(StrEnum):
    """Reason why a sync skips a session."""

    MISSING = "missing"
    BARE = "bare"
    UNBORN = "unborn"
    BASE = "base"
    DETACHED = "detached"
    OPERATION = "operation"
    LOCKED = "locked"
    TWICE = "checked out twice"
    DIRTY = "dirty"
    MERGED = "merged"
    WORKING = "working"
    LEVEL = "nothing to do"
    UNKNOWN = "could not look"


class Result(StrEnum):
    """How it ended for one session."""

    SYNCED = "synced"
    SKIPPED = "skipped"
    CONFLICT = "conflict"
    FAILED = "failed"
    CANCELLED = "cancelled"
    RECOVERED = "recovered"


class About(StrEnum):
    """Subject of an outcome."""

    SESSION = "session"
    """A session of the plan."""
    BASE = "base"
    """The base branch, which was to move on."""
    EARLIER = "earlier"
    """A session that an earlier run left half done when it was killed."""


@dataclass(frozen=True, slots=True)
class SyncStep:
    """One commit that would be replayed.

    Attributes:
        commit: Object id.
        subject: First line of its message.
        conflicts: Paths it would conflict in; a rebase stops there, so later ones have none.
        resolved: Paths it conflicts in, and that become what they were resolved to before.
    """

    commit: str
    subject: str
    conflicts: tuple[str, ...] = ()
    resolved: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SessionSync:
    """What would happen to one session.

    Attributes:
        key: Key of the session.
        name: Its name.
        path: Its directory.
        branch: Its branch; `None` when it is on none.
        head: Where that stands.
        behind: Commits it lacks.
        steps: Commits that would be replayed, oldest first.
        conflicts: Paths that a merge would conflict in, when merging.
        skip: Why it is left alone; `None` when it is not.
        detail: That reason in words.
        notes: What else to know, such as a prediction that could not be made.
        remembered: Whether git remembers how everything that conflicts was resolved.
        resolved: Paths that conflict, and become what they were resolved to before.
        tree: Tree it comes to; empty where that is not known.
    """

    key: str
    name: str
    path: str
    branch: str | None
    head: str | None
    behind: int = 0
    steps: tuple[SyncStep, ...] = ()
    conflicts: tuple[str, ...] = ()
    skip: Skip | None = None
    detail: str = ""
    notes: tuple[str, ...] = ()
    remembered: bool = False
    resolved: tuple[str, ...] = ()
    tree: str = ""

    @property
    def conflicting(self) -> bool:
        """Whether a conflict is predicted."""
        return bool(self.conflicts) or any(step.conflicts for step in self.steps)


@dataclass(frozen=True, slots=True)
class SyncPlan:
    """What a run would do.

    Attributes:
        base: Name of the base branch.
        onto: Commit that sessions are brought up to.
        onto_name: What that is, such as `origin/main`.
        merge: Whether to merge it in instead of rebasing.
        fetched: Whether the remote was asked just now.
        forward: Commit the local base may be moved on to; `None` when it stays.
        notes: What was and was not done about base and remote.
        sessions: One each that was asked for.
        resolved: Whether it was allowed to resolve conflicts as they were resolved before.
    """

    base: str
    onto: str
    onto_name: str
    merge: bool = False
    fetched: bool = False
    forward: str | None = None
    notes: tuple[str, ...] = ()
    sessions: tuple[SessionSync, ...] = ()
    resolved: bool = False


@dataclass(frozen=True, slots=True)
class SyncProgress:
    """A session whose turn it is."""

    session: SessionSync


@dataclass(frozen=True, slots=True)
class SyncOutcome:
    """How it ended for one session.

    Attributes:
        name: Name of the session; of the base branch for its fast-forward.
        branch: Its branch.
        result: How.
        message: The same in words.
        before: Where the branch stood.
        after: Where it stands.
        backup: Reference that keeps `before`; empty when nothing was rewritten.
        skip: Why it was left alone.
        key: Key of the session; empty for a base that no worktree has checked out.
        run: Name of the run it belongs to, such as `20260131-140500`; empty when none is known.
        about: What it tells of.
    """

    name: str
    branch: str | None
    result: Result
    message: str
    before: str | None = None
    after: str | None = None
    backup: str = ""
    skip: Skip | None = None
    key: str = ""
    run: str = ""
    about: About = About.SESSION


def undoable_run(outcomes: Iterable[SyncOutcome]) -> str | None:
    """The run by whose name these sessions are put back; `None` when it rewrote nothing."""
    for each in outcomes:
        if each.about is About.SESSION and each.result is Result.SYNCED and each.backup:
            return each.run
    return None


def scopes_of(steps: Iterable[SyncProgress | SyncOutcome]) -> tuple[Scope, ...]:
    """What to look at again after a run or its undoing: references, and the worktrees it touched.

    Args:
        steps: What was told of it so far.
    """
    keys: dict[str, None] = {}
    for step in steps:
        if isinstance(step, SyncProgress):
            keys[step.session.key] = None
        elif step.result not in (Result.SKIPPED, Result.CANCELLED) and step.key:
            keys[step.key] = None
    return (TOPOLOGY, *(status_of(key) for key in keys), COORDINATION)


@dataclass(frozen=True, slots=True)
class Standing:
    """What has to be as before when a session is given back.

    Attributes:
        branch: Branch that HEAD names.
        head: Commit it stands at.
        index: Tree of its index; empty where the status proves it to be that of the commit.
        status: What is uncommitted.
        original: Commit that ORIG_HEAD names; empty without one, `None` when nobody looked.
    """

    branch: str | None
    head: str | None
    index: str
    status: tuple[StatusEntry, ...]
    original: str | None = None

    def differences(self, now: Standing) -> tuple[str, ...]:
        """What is not as it was, in words; empty when all is."""
        found = []
        if now.branch != self.branch:
            found.append(f"HEAD names {now.branch or 'no branch'}, not {self.branch}")
        if now.head != self.head:
            found.append(f"it stands at {(now.head or 'no commit')[:10]}")
        if now.index != self.index:
            found.append("its index differs")
        if now.status != self.status:
            found.append("its uncommitted files differ")
        if None not in (self.original, now.original) and now.original != self.original:
            found.append("its ORIG_HEAD differs")
        return tuple(found)


def skip_of(
    tree: Worktree,
    trees: Sequence[Worktree],
    base: str,
    *,
    status: Sequence[StatusEntry] = (),
    working: str = "",
) -> tuple[Skip, str] | None:
    """Why a worktree is left alone, most certain reason first; `None` when it is not.

    Untracked files alone are no reason: git stops by itself before it would overwrite one.

    Args:
        tree: Which.
        trees: All of the repository.
        base: Short name of the base branch.
        status: What is uncommitted in it.
        working: What its agent is seen doing; empty when nothing is.
    """
    if tree.bare:
        return Skip.BARE, "a bare repository has no files to bring up to date"
    if tree.missing:
        return Skip.MISSING, f"its directory {tree.path} is gone"
    if tree.operation is not None:
        return Skip.OPERATION, f"a {tree.operation.kind.value} is under way in it"
    if tree.branch is None:
        return Skip.DETACHED, "it is on no branch"
    if tree.branch == base:
        return Skip.BASE, f"{base} is what the others are synced with"
    if tree.head is None:
        return Skip.UNBORN, f"{tree.branch} has no commit yet"
    if tree.locked is not None:
        why = f": {tree.locked}" if tree.locked else ""
        return Skip.LOCKED, f"its worktree is locked in git{why}"
    twice = [other.path for other in trees if other is not tree and other.own_branch == tree.branch]
    if twice:
        return Skip.TWICE, f"{tree.branch} is also checked out in {twice[0]}"
    changed = [entry.path for entry in status if entry.kind is not StatusKind.UNTRACKED]
    if changed:
        more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
        return Skip.DIRTY, f"uncommitted changes in {changed[0]}{more}"
    if working:
        return Skip.WORKING, working
    return None
