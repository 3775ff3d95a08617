"""Find the sessions that are to be landed together, and land any of them in simulation."""

from __future__ import annotations

from parallel_tui.errors import UsageError
from parallel_tui.model.landing.dependencies import dependencies
from parallel_tui.model.landing.plan import Block, Strategy
from parallel_tui.model.landing.readiness import Needed
from parallel_tui.model.landing.simulation import Clash, Reached
from parallel_tui.model.proving.proof import LeftOut, Member
from parallel_tui.record import dataclass, field
from parallel_tui.services.session.lookup import named

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Final

    from parallel_tui.model.landing.dependencies import Dependency
    from parallel_tui.model.landing.plan import Blocked, LandingPlan
    from parallel_tui.model.session.repository import Base
    from parallel_tui.ports.overlaps import LandingTrial
    from parallel_tui.services.landing.plan import LandingPlanner

_MOST: Final = 3
_TRIED_ANYWAY: Final = frozenset({Needed.CHECK, Needed.CLEAN, Needed.BOUNDARIES})
"""Conditions that a session which was asked for by name need not meet: its commits are tried."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Sessions that are to be landed together.

    Attributes:
        base: What they land on.
        strategy: How.
        members: They, in the order in which they land.
        branches: Branch of each by name.
        needs: Dependencies between them.
        out: Who is not among them, and why.
    """

    base: Base
    strategy: Strategy
    members: tuple[Member, ...]
    branches: Mapping[str, str]
    needs: tuple[Dependency, ...]
    out: tuple[LeftOut, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(each.session for each in self.members)

    @property
    def heads(self) -> dict[str, str]:
        """Their commits by name."""
        return {each.session: each.commit for each in self.members}


@dataclass(frozen=True, slots=True)
class CandidateFinder:
    """Finds them.

    Attributes:
        planner: Says who is ready, and in which order most land.
    """

    planner: LandingPlanner

    def find(
        self,
        wanted: Sequence[str] = (),
        *,
        strategy: Strategy | None = None,
        checked: bool = False,
        resolved: bool = False,
    ) -> Candidates:
        """All that are ready, or those that are named.

        Args:
            wanted: Names or keys. What they have committed counts, whatever else they hold.
            strategy: How they are landed; as configured by default.
            checked: Whether only those count whose own check has passed.
            resolved: Whether conflicts land as they were resolved before.

        Raises:
            UsageError: As for `LandingPlanner.plan`.
            CouldNotLookError: As for `LandingPlanner.plan`.
        """
        plan = self.planner.plan(wanted, strategy=strategy, checked=checked, resolved=resolved)
        members = [Member(each.session, each.commit) for each in plan.order]
        branches = {each.session: each.branch for each in plan.order}
        out = []
        heads = self._heads() if wanted and plan.blocked else {}
        for blocked in plan.blocked:
            lacking = {each.needed for each in blocked.unmet}
            commit = heads.get(blocked.session)
            if wanted and commit and blocked.opponent is None and lacking <= _TRIED_ANYWAY:
                members.append(Member(blocked.session, commit))
                branches[blocked.session] = blocked.branch or ""
            else:
                found = blocked.opponent
                untried = found is not None and found.kind is Block.UNTRIED
                out.append(LeftOut(blocked.session, _why(blocked, plan), untried))
        return self._arranged(plan, members, branches, out)

    def _arranged(
        self,
        plan: LandingPlan,
        members: Sequence[Member],
        branches: Mapping[str, str],
        out: Sequence[LeftOut],
    ) -> Candidates:
        by_name = {each.session: each for each in members}
        heads = {each.session: each.commit for each in members}
        planner = self.planner
        built = planner.look.built(plan.base.oid, heads) if heads else {}
        needs = dependencies(planner.config.merge_after, built, heads)
        names: list[str] = []
        while len(names) < len(by_name):  # there is no circle: `dependencies` refuses one
            names.append(
                next(
                    each
                    for each in by_name
                    if each not in names
                    and all(need.on in names for need in needs if need.session == each)
                )
            )
        order = tuple(by_name[each] for each in names)
        return Candidates(plan.base, plan.strategy, order, branches, needs, tuple(out))

    def _heads(self) -> Mapping[str, str]:
        return {
            each.name: each.worktree.head
            for each in self.planner.sessions.all()
            if each.worktree is not None and each.worktree.head is not None
        }

    def demand(self, wanted: Sequence[str]) -> None:
        """Check that all names mean sessions.

        Raises:
            UsageError: When one does not.
        """
        there = self.planner.sessions.all()
        for each in wanted:
            if named(there, each).worktree is None:
                raise UsageError(f"{each} has no worktree, and so nothing that could land")


@dataclass(slots=True)
class Stack:
    """Lands sets of candidates one upon the other, each once.

    Attributes:
        trial: The simulation.
        known: What was reached, by the names that had landed.
    """

    trial: LandingTrial
    known: dict[tuple[str, ...], Reached | LeftOut] = field(default_factory=dict)

    def reached(self, names: tuple[str, ...]) -> Reached | LeftOut:
        """Base once some sessions have landed in this order; who does not land there, otherwise."""
        if names not in self.known:
            self.known[names] = self._land(names)
        return self.known[names]

    def _land(self, names: tuple[str, ...]) -> Reached | LeftOut:
        if not names:
            return self.trial.start()
        below = self.reached(names[:-1])
        if isinstance(below, LeftOut):
            return below
        (told,) = self.trial.land(below, names[-1:])
        if isinstance(told, Clash):
            others = ", ".join(names[:-1]) or "base"
            why = told.unknown or f"it conflicts with {others} in {', '.join(told.paths[:_MOST])}"
            return LeftOut(names[-1], why, bool(told.unknown))
        return told


def _why(blocked: Blocked, plan: LandingPlan) -> str:
    """Why a session does not land, in one line."""
    if blocked.unmet:
        return "; ".join(each.evidence for each in blocked.unmet)
    found = blocked.opponent
    if found is None or found.kind in (Block.DEPENDENCY, Block.UNTRIED):
        return found.detail if found else "it is not ready"
    others = plan.base.name if found.kind is Block.BASE else ", ".join(found.names[:_MOST])
    return f"it conflicts with {others} in {', '.join(found.paths[:_MOST])}"
