"""Look whether each session is ready to land, with the evidence for every condition."""

from __future__ import annotations

from parallel_tui.errors import GitError, ParallelError
from parallel_tui.model import side_by_side
from parallel_tui.model.landing.readiness import Condition, Needed, unmet
from parallel_tui.model.session.worktree import STILL_WRITTEN
from parallel_tui.model.text.words import plural
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Final

    from parallel_tui.model.landing.readiness import Tip, ViewedWork
    from parallel_tui.model.policy.evaluate import Touch
    from parallel_tui.model.session.git_status import StatusEntry
    from parallel_tui.model.session.join import Joined
    from parallel_tui.model.session.repository import Base
    from parallel_tui.model.session.worktree import Worktree
    from parallel_tui.ports.git import GitReader
    from parallel_tui.ports.overlaps import LandingLook
    from parallel_tui.services.landing.results import CheckResults
    from parallel_tui.services.policy.check import BoundaryChecker

_MOST: Final = 5
"""Owners that are named."""


@dataclass(frozen=True, slots=True)
class LandingSession:
    """One session with its conditions.

    Attributes:
        session: The session.
        tree: Its worktree.
        conditions: All that were looked at; what cannot matter any more is left out.
        tip: Its last commit, where it has something to land.
        checked: Whether it has to be known that its tests pass.
    """

    session: Joined
    tree: Worktree
    conditions: tuple[Condition, ...]
    tip: Tip | None = None
    checked: bool = True

    @property
    def name(self) -> str:
        """Name of the session."""
        return self.session.name

    @property
    def ready(self) -> bool:
        """Whether it may land."""
        return self.tip is not None and not self.unmet

    @property
    def unmet(self) -> tuple[Condition, ...]:
        """What keeps it from being ready."""
        lacking = unmet(self.conditions)
        if self.checked:
            return lacking
        return tuple(each for each in lacking if each.needed is not Needed.CHECK)


@dataclass(frozen=True, slots=True)
class ReadinessChecker:
    """Looks at sessions.

    Attributes:
        git: Questions to git.
        look: Last commits.
        boundaries: Who changed what is another's.
        checks: What is known of tests.
    """

    git: GitReader
    look: LandingLook
    boundaries: BoundaryChecker
    checks: CheckResults

    def of(
        self,
        base: Base,
        sessions: Sequence[Joined],
        *,
        checked: bool = True,
        seen: ViewedWork | None = None,
    ) -> tuple[LandingSession, ...]:
        """Every condition of some sessions.

        Args:
            base: What they would land on.
            sessions: All with a worktree that is not bare.
            checked: Whether it has to be known that their tests pass.
            seen: What is known already.

        Raises:
            GitError: When git gave no answer about any of them.
        """
        trees = [(each, each.worktree) for each in sessions if each.worktree is not None]
        works = [tree for _, tree in trees if _placed(tree).met and tree.head is not None]
        statuses = side_by_side.begin(lambda tree: self._clean(tree, seen), works, threads=2)
        heads = [tree.head for tree in works if tree.head is not None]
        apart = self.git.divergences(base.oid, heads)
        tips = self.look.tips(heads)
        clean = {tree.git_dir: each for tree, each in zip(works, statuses(), strict=True)}
        touched = self._touched(seen) if heads else {}
        found = []
        for session, tree in trees:
            conditions = [_placed(tree), _at_rest(tree)]
            placed = tree.git_dir in clean and tree.head is not None
            ahead = apart[tree.head].ahead if placed and tree.head is not None else 0
            tip = tips[tree.head] if ahead and tree.head is not None else None
            if placed:
                conditions += [clean[tree.git_dir], _ahead(ahead, base)]
            if tip is not None:
                conditions += [self.checks.condition(tip), self._within(session.name, touched)]
            found.append(LandingSession(session, tree, tuple(conditions), tip, checked))
        return tuple(found)

    def _clean(self, tree: Worktree, seen: ViewedWork | None) -> Condition:
        if tree.being_made:
            return Condition(Needed.CLEAN, None, f"it cannot be seen: {STILL_WRITTEN}")
        known = seen.uncommitted(tree) if seen is not None else None
        try:
            entries: Sequence[StatusEntry] = self.git.status(tree) if known is None else known
            paths = [entry.path for entry in entries] or list(self.git.hidden_edits(tree))
        except (GitError, OSError) as error:
            why = error.message if isinstance(error, GitError) else str(error)
            return Condition(Needed.CLEAN, None, f"it cannot be seen: {why}")
        if not paths:
            return Condition(Needed.CLEAN, True, "nothing is uncommitted")
        hidden = "" if entries else ", which git was told not to see"
        what = f"{plural(len(paths), 'file')} not committed{hidden}"
        return Condition(Needed.CLEAN, False, what, tuple(paths))

    def _touched(self, seen: ViewedWork | None) -> Mapping[str, list[Touch]] | str:
        """Denied changes by session; why they are not known instead."""
        touches: Sequence[Touch]
        if seen is not None and seen.touches is not None:
            touches = seen.touches
        else:
            try:
                report = self.boundaries.check()
            except ParallelError as error:
                return error.message
            if report.unknown:
                return report.policy["problems"][0]
            touches = report.touches
        found: dict[str, list[Touch]] = {}
        for each in touches:
            if each.action == "deny":
                found.setdefault(each.session, []).append(each)
        return found

    def _within(self, name: str, touched: Mapping[str, list[Touch]] | str) -> Condition:
        if isinstance(touched, str):
            return Condition(Needed.BOUNDARIES, None, f"it is not known whose paths are: {touched}")
        if name not in touched:
            return Condition(Needed.BOUNDARIES, True, "it changed nothing that is another's")
        some = touched[name]
        paths = tuple(dict.fromkeys(each.path for each in some))
        owners = tuple(dict.fromkeys(each.owner for each in some if each.owner))
        whose = f" of {', '.join(owners[:_MOST])}" if owners else ""
        changed = f"it changed {plural(len(paths), 'path')}{whose}"
        return Condition(Needed.BOUNDARIES, False, changed, paths, owners)


def _placed(tree: Worktree) -> Condition:
    """Whether there is a branch to land, and a worktree to look at."""
    if tree.missing:
        return Condition(Needed.BRANCH, False, f"its directory {tree.path} is gone")
    branch = tree.own_branch
    if branch is None:
        return Condition(Needed.BRANCH, False, "it is on no branch")
    if tree.head is None:
        return Condition(Needed.BRANCH, False, f"{branch} has no commit yet")
    return Condition(Needed.BRANCH, True, f"it is on {branch}")


def _at_rest(tree: Worktree) -> Condition:
    if tree.operation is None:
        return Condition(Needed.OPERATION, True, "nothing is half done")
    return Condition(Needed.OPERATION, False, f"a {tree.operation.kind.value} is half done")


def _ahead(commits: int, base: Base) -> Condition:
    if commits:
        return Condition(Needed.AHEAD, True, f"{plural(commits, 'commit')} ahead of {base.name}")
    return Condition(Needed.AHEAD, False, f"it has nothing that {base.name} does not have")
