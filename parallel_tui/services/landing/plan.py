"""Plan landings: who is ready, in which order most land, and why. Changes nothing."""

from __future__ import annotations

import shlex

from parallel_tui.errors import CouldNotLookError, RefusedError
from parallel_tui.model.landing.dependencies import dependencies, joined
from parallel_tui.model.landing.elsewhere.met import MOST, SessionElsewhere, meetings
from parallel_tui.model.landing.plan import Strategy
from parallel_tui.model.text.words import plural
from parallel_tui.record import dataclass, replace
from parallel_tui.services.landing.outlook import Outlook
from parallel_tui.services.session.lookup import named

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from parallel_tui.model.hosts.shared import SharedSession
    from parallel_tui.model.landing.dependencies import Dependency
    from parallel_tui.model.landing.plan import LandingPlan
    from parallel_tui.model.landing.readiness import ViewedWork
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
        elsewhere: Sessions of other machines, as known last.
    """

    git: GitReader
    look: LandingLook
    sessions: Sessions
    readiness: ReadinessChecker
    config: Config
    needs: LandingNeeds
    history: PastLandings
    elsewhere: Callable[[], tuple[SharedSession, ...]] = tuple

    def plan(
        self,
        wanted: Sequence[str] = (),
        *,
        strategy: Strategy | None = None,
        checked: bool = True,
        order: Sequence[str] | None = None,
        without: Collection[str] = (),
        resolved: bool = False,
    ) -> LandingPlan:
        """What would land, and in which order.

        Args:
            wanted: Names or keys of the sessions to land; all by default.
            strategy: How they are landed; as configured by default.
            checked: Whether only those land whose tests are known to pass.
            order: Names or keys in the order that somebody set by hand; computed by default. What
                does not land in its place is passed over, and told; the rest is left out.
            without: Names of sessions that are left out.
            resolved: Whether those land as well whose every conflict was resolved before, as they
                were resolved then.

        Raises:
            UsageError: When a session or base does not exist, or dependencies form a circle.
            CouldNotLookError: When git gave no answer, or is too old to simulate.
        """
        found = self.outlook(wanted, strategy=strategy, checked=checked, resolved=resolved)
        try:
            everyone = [each.session for each in found.looked]
            chosen = {named(everyone, each).key for each in wanted} if wanted else None
            by_key = {each.key: each.name for each in everyone}
            names = None if order is None else [by_key.get(each, each) for each in order]
            return found.plan(chosen, order=names, without=without)
        finally:
            found.close()

    def outlook(
        self,
        wanted: Sequence[str] = (),
        *,
        strategy: Strategy | None = None,
        checked: bool = True,
        resolved: bool = False,
        former: Outlook | None = None,
        seen: ViewedWork | None = None,
    ) -> Outlook:
        """Look at all sessions and at base; whoever asks closes it.

        Args:
            wanted: Names or keys of sessions that have to be there.
            strategy: How they are landed; as configured by default.
            checked: Whether only those are ready whose tests are known to pass.
            resolved: Whether conflicts land as they were resolved before.
            former: An earlier look. What it simulated is taken over where nothing was committed
                since, and it is not to be closed then: `Outlook.trial` is the same.
            seen: What a live view knows already.

        Raises:
            UsageError: When a session or base does not exist, or dependencies form a circle.
            CouldNotLookError: When git gave no answer, or is too old to simulate.
        """
        base = self.git.base(self.config.base)
        there = self.sessions.all()
        everyone = [each for each in there if _lands(each, base)]
        shared, unseen = self._elsewhere()
        for each in wanted:
            self._demand_here(each, everyone, shared)
        how = strategy or Strategy(self.config.merge_strategy)
        looked = self.readiness.of(base, everyone, checked=checked, seen=seen)
        heads = {each.name: each.tip.commit for each in looked if each.tip is not None}
        spawned = self.needs.spawned()
        if former is not None and former.about == (base.oid, how, heads, spawned, resolved):
            needs, trial = former.needs, former.trial
        else:
            trial = self.look.begin(base.oid, heads, how, resolved=resolved)
            needs = self._needs(base, trial, looked, heads, spawned)
        about = (base.oid, how, heads, resolved, shared)
        if former is not None and former.beside_of == about:
            beside = former.beside
        else:
            beside = self._beside(base, how, heads, trial.in_base(), shared, resolved=resolved)
        notes = self._notes(base, looked, joined(self.config.merge_after, spawned)) + unseen
        if (more := len(shared) - MOST) > 0:
            notes += (f"{plural(more, 'further session')} of other machines were not tried",)
        return Outlook(
            base,
            how,
            looked,
            needs,
            self.config.merge_priority,
            trial,
            notes,
            self.config.merge_check,
            _place(there, base),
            spawned,
            self.config.merge_rerere,
            resolved,
            beside,
            about,
        )

    def _elsewhere(self) -> tuple[tuple[SharedSession, ...], tuple[str, ...]]:
        """Sessions of other machines, and why they are not known."""
        try:
            return self.elsewhere(), ()
        except CouldNotLookError as error:
            return (), (f"sessions of other machines are not known and do not count: {error}",)

    def _demand_here(
        self, wanted: str, everyone: Sequence[Joined], shared: Sequence[SharedSession]
    ) -> None:
        there = next((each for each in shared if each.key == wanted), None)
        if there is not None and all(wanted not in (each.name, each.key) for each in everyone):
            left = ", without its uncommitted work" if there.dirty else ""
            branch = shlex.quote(there.branch or there.name)  # whatever others call it
            raise RefusedError(
                f"{wanted} stands on {there.host}, and lands there",
                hint=f"Here land its commits{left}, once they are a session of this clone:"
                f" git worktree add -b {branch} PATH {there.head[:12]}",
            )
        named(everyone, wanted)

    def _beside(
        self,
        base: Base,
        how: Strategy,
        heads: Mapping[str, str],
        landed: Collection[str],
        shared: Sequence[SharedSession],
        *,
        resolved: bool,
    ) -> tuple[SessionElsewhere, ...]:
        """What sessions of other machines meet, tried apart: they decide no order here."""
        some = {each.key: each for each in shared[:MOST]}
        if not some:
            return ()
        # No session here can have such a name.
        keys = {f"\0{key}": key for key in some}
        commits = {name: some[key].commit for name, key in keys.items()}
        trial = self.look.begin(base.oid, {**heads, **commits}, how, resolved=resolved)
        try:
            there = [name for name in keys if name not in trial.in_base()]
            here = [name for name in heads if name not in landed]
            met, clashes = meetings(trial, here, there, trial.groups())
        finally:
            trial.close()
        return tuple(
            SessionElsewhere(
                keys[name],
                some[keys[name]].host,
                some[keys[name]].head,
                some[keys[name]].dirty,
                tuple(replace(each, first=keys.get(each.first, each.first)) for each in met[name]),
                clashes.get(name, ()),
            )
            for name in there
        )

    def _needs(
        self,
        base: Base,
        trial: LandingTrial,
        looked: Sequence[LandingSession],
        heads: Mapping[str, str],
        spawned: Mapping[str, Sequence[str]],
    ) -> tuple[Dependency, ...]:
        """Dependencies between sessions; the simulation is closed where that fails."""
        try:
            there = trial.in_base()
            alive = {name: head for name, head in heads.items() if name not in there}
            declared = joined(self.config.merge_after, spawned)
            first = {each for some in declared.values() for each in some}
            begun = {each.name: each.tree.own_branch for each in looked if each.name not in alive}
            waited = {name: branch for name, branch in begun.items() if name in first - there}
            names = {*alive, *self.history.still_to_come(base, waited)}
            built = self.look.built(base.oid, alive)
            return dependencies(self.config.merge_after, built, names, spawned)
        except BaseException:
            trial.close()
            raise

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
