"""What sessions and base are at one moment; any number of plans are made from it."""

from __future__ import annotations

from itertools import pairwise

from parallel_tui.errors import GitError
from parallel_tui.model.landing.by_hand import follow
from parallel_tui.model.landing.elsewhere import met as elsewhere
from parallel_tui.model.landing.explain import Explainer, Rank
from parallel_tui.model.landing.order import best_order, landed
from parallel_tui.model.landing.plan import Block, Blocked, LandingPlan, Opponent, Strategy, Turn
from parallel_tui.model.landing.readiness import Condition, Needed
from parallel_tui.model.landing.resolution import resolved_note
from parallel_tui.record import dataclass, field, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from parallel_tui.model.landing.dependencies import Dependency
    from parallel_tui.model.landing.elsewhere.met import SessionElsewhere
    from parallel_tui.model.landing.plan import ChangeSize
    from parallel_tui.model.landing.simulation import Reached
    from parallel_tui.model.session.repository import Base
    from parallel_tui.ports.overlaps import LandingTrial
    from parallel_tui.services.landing.readiness import LandingSession


@dataclass(frozen=True, slots=True)
class Outlook:
    """One look, with simulated landings at hand. Not thread-safe; `close` ends it.

    What was simulated for one plan is known for the next, so that another order costs only what
    is new in it.

    Attributes:
        base: What sessions land on.
        strategy: How.
        looked: Sessions with their conditions.
        needs: Which have to land before which.
        priorities: As configured, by session.
        trial: Simulates.
        notes: What else to know.
        commands: What checks a session.
        place: Worktree that has base checked out; `None` when none has.
        spawned: What was said of sessions that they land after, by name.
        remembers: Whether it is told of a conflict that git remembers how it was resolved.
        resolved: Whether such conflicts land as they were resolved.
        beside: Sessions of other machines, and what they meet.
        beside_of: What that depends on.
    """

    base: Base
    strategy: Strategy
    looked: tuple[LandingSession, ...]
    needs: tuple[Dependency, ...]
    priorities: Mapping[str, int]
    trial: LandingTrial
    notes: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    place: str | None = None
    spawned: Mapping[str, Sequence[str]] = field(default_factory=dict)
    remembers: bool = False
    resolved: bool = False
    beside: tuple[SessionElsewhere, ...] = ()
    beside_of: object = None

    @property
    def about(self) -> tuple[str, Strategy, Mapping[str, str], Mapping[str, Sequence[str]], bool]:
        """What landings depend on: base, how, commits, what was said of them, what is allowed."""
        heads = {each.name: each.tip.commit for each in self.looked if each.tip is not None}
        return self.base.oid, self.strategy, heads, self.spawned, self.resolved

    def plan(
        self,
        chosen: Collection[str] | None = None,
        *,
        order: Sequence[str] | None = None,
        rest: bool = False,
        without: Collection[str] = (),
    ) -> LandingPlan:
        """What would land, and in which order.

        Args:
            chosen: Keys of the sessions to land; all by default. Others are not spoken of.
            order: Names in the order that somebody set by hand; computed by default. What does not
                land in its place is passed over, and told.
            rest: Whether what is ready and not in that order stands behind it; else it is left out.
            without: Names of sessions that are left out.
        """
        there = self.trial.in_base()
        asked = [each for each in self.looked if chosen is None or each.session.key in chosen]
        ranks = {
            each.name: Rank(self.priorities.get(each.name, 0), each.tip.committed, each.name)
            for each in asked
            if each.tip is not None and each.ready
            if each.name not in there and each.name not in without
        }
        exact, by_hand = True, None
        out = set(without)
        opponents: Mapping[str, Opponent]
        reasons: Mapping[str, str]
        if order is None:
            names, exact = self._best(ranks)
            told = Explainer(self.trial, names, self.needs, ranks)
            reached = tuple(zip(names, landed(self.trial, names), strict=True))
            reasons = {name: told.place(place) for place, name in enumerate(names)}
            opponents = {name: told.opponent(name) for name in ranks if name not in names}
        else:
            followed = follow(self.trial, order, self.needs, ranks, rest=rest)
            reached, by_hand = followed.landed, followed.sequence
            reasons, opponents = followed.reasons, followed.opponents
            out |= {name for name in ranks if name not in followed.sequence}
        left = {name: Opponent(Block.LEFT_OUT) for name in out}
        if self.beside:
            reasons = {
                name: "; ".join(filter(None, (why, *elsewhere.reasons(self.beside, name))))
                for name, why in reasons.items()
            }
        turns, size = self._turns(reached, reasons)
        return LandingPlan(
            self.base,
            self.strategy,
            turns,
            tuple(
                self._blocked(each, there, {**left, **opponents})
                for each in asked
                if each.name not in reasons
            ),
            exact,
            turns[-1].tree if turns else self.trial.start().tree,
            (*self.notes, *elsewhere.notes(self.beside, reasons, self.base.name)),
            self.commands,
            self.place,
            by_hand,
            size,
            self.resolved,
            tuple(sorted(self.trial.drivers().items())),
            self.beside,
        )

    def close(self) -> None:
        """Delete all temporary objects. Closing twice is no error."""
        self.trial.close()

    def _best(self, ranks: Mapping[str, Rank]) -> tuple[tuple[str, ...], bool]:
        ranked = sorted(ranks, key=lambda name: ranks[name].key)
        found = best_order(self.trial, ranked, self.needs, self.trial.groups(), self.trial.apart())
        return found.names, found.exact

    def _turns(
        self, reached: Sequence[tuple[str, Reached]], reasons: Mapping[str, str]
    ) -> tuple[tuple[Turn, ...], ChangeSize | None]:
        """What lands, and how much all of it changes."""
        by_name = {each.name: each for each in self.looked}
        trees = [self.trial.start().tree, *(here.tree for _, here in reached)]
        pairs = list(pairwise(trees))
        try:
            sizes = self.trial.sizes([*pairs, (trees[0], trees[-1])])
        except GitError:
            sizes = {}
        turns = tuple(
            Turn(
                name,
                by_name[name].tree.own_branch or "",
                by_name[name].tree.path,
                tip.commit if (tip := by_name[name].tip) is not None else "",
                here.tree,
                "; ".join(filter(None, (reasons[name], resolved_note(here.resolved)))),
                by_name[name].conditions,
                sizes.get(pair),
                here.resolved,
            )
            for (name, here), pair in zip(reached, pairs, strict=True)
        )
        return turns, sizes.get((trees[0], trees[-1]))

    def _blocked(
        self, each: LandingSession, there: Collection[str], opponents: Mapping[str, Opponent]
    ) -> Blocked:
        commit = each.tip.commit if each.tip is not None else None
        lacking = each.unmet
        if each.name in there:
            done = f"{self.base.name} has all of its work already"
            lacking = (Condition(Needed.LEFT, False, done),)
        opponent = None if lacking else self._remembered(opponents.get(each.name))
        branch = each.tree.own_branch
        return Blocked(each.name, branch, lacking, opponent, each.conditions, commit)

    def _remembered(self, opponent: Opponent | None) -> Opponent | None:
        """The same, with what git remembers how to resolve."""
        if opponent is None or not opponent.marked or not self.remembers:
            return opponent
        known = self.trial.known(opponent.marked, opponent.paths)
        return replace(opponent, resolved=tuple(sorted(known)))
