"""Plan landings: who is ready, in which order most land, and why. Changes nothing."""

from __future__ import annotations

from parallel_tui.model.landing.dependencies import dependencies, joined
from parallel_tui.model.landing.explain import Explainer, Rank
from parallel_tui.model.landing.order import best_order, landed
from parallel_tui.model.landing.plan import Blocked, LandingPlan, Strategy, Turn
from parallel_tui.model.landing.readiness import Condition, Needed, unmet
from parallel_tui.record import dataclass, replace
from parallel_tui.services.session.lookup import named

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from parallel_tui.model.session.join import Joined
    from parallel_tui.model.session.repository import Base
    from parallel_tui.model.settings.config import Config
    from parallel_tui.ports.git import GitReader
    from parallel_tui.ports.overlaps import LandingLook, LandingTrial
    from parallel_tui.services.landing.needs import LandingNeeds
    from parallel_tui.services.landing.past import PastLandings
    from parallel_tui.services.landing.readiness import LandingSession, ReadinessChecker
    from parallel_tui.services.session.lookup import Sessions


@dataclass(frozen=True, slots=True)
class LandingPlanner:
    """Plans landings.

    Attributes:
        git: Questions to git.
        look: Simulates.
        sessions: Look-up of what exists.
        readiness: Looks at single sessions.
        config: Effective settings.
        needs: What was said of sessions that they land after.
        history: What became of those that are not there any more, and of those without anything
            to land.
    """

    git: GitReader
    look: LandingLook
    sessions: Sessions
    readiness: ReadinessChecker
    config: Config
    needs: LandingNeeds
    history: PastLandings

    def plan(
        self,
        wanted: Sequence[str] = (),
        *,
        strategy: Strategy | None = None,
        checked: bool = True,
    ) -> LandingPlan:
        """What would land, and in which order.

        Args:
            wanted: Names or keys of the sessions to land; all by default.
            strategy: How they are landed; as configured by default.
            checked: Whether only those land whose tests are known to pass.

        Raises:
            UsageError: When a session or base does not exist, or dependencies form a circle.
            CouldNotLookError: When git gave no answer, or is too old to simulate.
        """
        base = self.git.base(self.config.base)
        there = self.sessions.all()
        everyone = [each for each in there if _lands(each, base)]
        chosen = {named(everyone, each).key for each in wanted} if wanted else None
        how = strategy or Strategy(self.config.merge_strategy)
        looked = self.readiness.of(base, everyone, checked=checked)
        alive = {each.name: each.tip.commit for each in looked if each.tip is not None}
        landings = self.look.begin(base.oid, alive, how)
        try:
            found = self._planned(base, how, looked, chosen, landings)
            return replace(found, place=_place(there, base))
        finally:
            landings.close()

    def _planned(
        self,
        base: Base,
        how: Strategy,
        looked: Sequence[LandingSession],
        chosen: Collection[str] | None,
        landings: LandingTrial,
    ) -> LandingPlan:
        there = landings.in_base()
        alive = {
            each.name: each.tip.commit
            for each in looked
            if each.tip is not None and each.name not in there
        }
        spawned = self.needs.spawned()
        declared = joined(self.config.merge_after, spawned)
        begun = {each.name: each.tree.own_branch for each in looked if each.name not in alive}
        first = {each for some in declared.values() for each in some}
        waited = {name: branch for name, branch in begun.items() if name in first - there}
        names = {*alive, *self.history.still_to_come(base, waited)}
        built = self.look.built(base.oid, alive)
        needs = dependencies(self.config.merge_after, built, names, spawned)
        ranks = {
            each.name: Rank(
                self.config.merge_priority.get(each.name, 0), each.tip.committed, each.name
            )
            for each in looked
            if each.tip is not None and each.name in alive and each.ready
            if chosen is None or each.session.key in chosen
        }
        ranked = sorted(ranks, key=lambda name: ranks[name].key)
        ordered = best_order(landings, ranked, needs, landings.groups(), landings.apart())
        told = Explainer(landings, ordered.names, needs, ranks)
        reached = landed(landings, ordered.names)
        by_name = {each.name: each for each in looked}
        order = tuple(
            Turn(
                name,
                by_name[name].tree.own_branch or "",
                by_name[name].tree.path,
                alive[name],
                here.tree,
                told.place(at),
                by_name[name].conditions,
            )
            for at, (name, here) in enumerate(zip(ordered.names, reached, strict=True))
        )
        blocked = tuple(
            self._remembered(_blocked(each, there, told, base), landings)
            for each in looked
            if each.name not in ordered.names
            if chosen is None or each.session.key in chosen
        )
        end = reached[-1] if reached else landings.start()
        notes = self._notes(base, looked, declared)
        commands = self.config.merge_check
        return LandingPlan(base, how, order, blocked, ordered.exact, end.tree, notes, commands)

    def _remembered(self, blocked: Blocked, landings: LandingTrial) -> Blocked:
        """The same, with what git remembers how to resolve."""
        clash = blocked.opponent
        if clash is None or not clash.marked or not self.config.merge_rerere:
            return blocked
        known = landings.known(clash.marked, clash.paths)
        return replace(blocked, opponent=replace(clash, resolved=tuple(sorted(known))))

    def _notes(
        self,
        base: Base,
        looked: Sequence[LandingSession],
        declared: Mapping[str, Collection[str]],
    ) -> tuple[str, ...]:
        """What became of sessions that dependencies name and that are not there any more."""
        names = {each.name for each in looked}
        gone = {
            each
            for later, some in declared.items()
            if later in names
            for each in some
            if each not in names
        }
        told = self.history.words(base, sorted(gone))
        return tuple(
            f"{later} is to land after {each}, and {told[each]}"
            for later, some in declared.items()
            if later in names
            for each in some
            if each in gone
        )


def _lands(session: Joined, base: Base) -> bool:
    """Whether a session is one that could land: all but base itself."""
    tree = session.worktree
    if tree is None or tree.bare:
        return False
    return tree.own_branch is None or f"refs/heads/{tree.own_branch}" != base.ref


def _place(sessions: Sequence[Joined], base: Base) -> str | None:
    """The worktree that has base checked out."""
    for each in sessions:
        tree = each.worktree
        if tree and not tree.missing and tree.branch and f"refs/heads/{tree.branch}" == base.ref:
            return tree.path
    return None


def _blocked(each: LandingSession, there: Collection[str], told: Explainer, base: Base) -> Blocked:
    branch = each.tree.own_branch
    if each.name in there:
        done = Condition(Needed.LEFT, False, f"{base.name} has all of its work already")
        return Blocked(each.name, branch, (done,))
    if lacking := unmet(each.conditions):
        return Blocked(each.name, branch, lacking)
    return Blocked(each.name, branch, opponent=told.opponent(each.name))
