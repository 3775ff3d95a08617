"""Search the order in which most sessions land. Pure: what happens is asked of a simulation.

Which orders exist is a question of *cumulative* landings: branches that merge with each other pair
by pair need not merge all together, and which of two comes first may decide. So each set of landed
sessions is simulated, and remembered: orders that lead to the same base are followed up once.
"""

from __future__ import annotations

from parallel_tui.model.landing.simulation import Reached
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from typing import Final

    from parallel_tui.model.landing.dependencies import Dependency
    from parallel_tui.model.landing.simulation import Simulation

EXACT: Final = 12
"""Sessions that may influence each other, up to which all orders are covered."""

_MOST: Final = 6_000
"""Bases that are followed up before the search settles for a good order."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """Sessions in the order in which they land.

    Attributes:
        names: In order.
        exact: Whether no order lands more.
    """

    names: tuple[str, ...]
    exact: bool


def best_order(
    simulation: Simulation,
    ranked: Sequence[str],
    needs: Collection[Dependency],
    groups: Sequence[Collection[str]] | None = None,
    apart: Collection[frozenset[str]] = (),
) -> Ordered:
    """The order that lands most; of several, the one that keeps to the given sequence longest.

    Args:
        simulation: Lands sessions.
        ranked: Names of all that are ready, the one to prefer first.
        needs: Dependencies between them; one on a session that is not ready keeps it out.
        groups: Sets of sessions that cannot influence how those of other sets land; all in one
            by default.
        apart: Pairs of which never both land, whatever else does; they only save time.
    """
    after: dict[str, frozenset[str]] = {
        name: frozenset(each.on for each in needs if each.session == name) for name in ranked
    }
    found: list[tuple[str, ...]] = []
    exact = True
    for group in _joined(ranked, after, groups):
        bound = _Bound(after, apart)
        told = _Exact(simulation, group, bound).order() if len(group) <= EXACT else None
        if told is None:
            told = _greedy(simulation, group, bound)
            exact = exact and len(told) == bound.most(group, frozenset())
        found.append(told)
    order = _woven(found, {name: place for place, name in enumerate(ranked)})
    if len(found) > 1 and len(landed(simulation, order)) < len(order):
        # Groups that were said not to influence each other did.
        return best_order(simulation, ranked, needs, apart=apart)
    return Ordered(order, exact)


def landed(simulation: Simulation, names: Sequence[str]) -> list[Reached]:
    """What base would be after each of some landings; ends before the first that fails."""
    found: list[Reached] = []
    here = simulation.start()
    for name in names:
        (told,) = simulation.land(here, [name])
        if not isinstance(told, Reached):
            break
        here = told
        found.append(told)
    return found


class _TooManyError(Exception):
    """More bases than the search may follow up."""


class _Exact:
    """Covers all orders of one group."""

    def __init__(self, simulation: Simulation, group: Sequence[str], bound: _Bound) -> None:
        self._simulation = simulation
        self._group = group
        self._bound = bound
        self._known: dict[tuple[frozenset[str], str], tuple[str, ...]] = {}
        self._longest = 0
        self._reachable = 0

    def order(self) -> tuple[str, ...] | None:
        """The best order; `None` when there are too many bases to follow up."""
        try:
            return self._best(frozenset(), self._simulation.start())
        except _TooManyError:
            return None

    def _best(self, done: frozenset[str], here: Reached) -> tuple[str, ...]:
        key = (done, here.state)
        if key in self._known:
            return self._known[key]
        if len(self._known) >= _MOST:
            raise _TooManyError
        # All that comes now is preferred less than what was found.
        self._longest = max(self._longest, len(done))
        todo = [name for name in self._group if name not in done]
        best: tuple[str, ...] = ()
        possible = self._bound.most(todo, done)
        if not self._leads_further(len(done) + possible):
            self._known[key] = best
            return best
        if len(self._known) == 2 * len(self._group):
            self._foresee()
        now = self._bound.now(todo, done)
        for name, told in zip(now, self._simulation.land(here, now), strict=True):
            if not isinstance(told, Reached):
                continue
            # In order of preference, so that only a longer one is better.
            tried = (name, *self._best(done | {name}, told))
            if len(tried) > len(best):
                best = tried
            if len(best) == possible:
                break
        self._known[key] = best
        return best

    def _leads_further(self, at_most: int) -> bool:
        """Whether an order is worth to be found, by how many land in it at most."""
        return at_most > self._longest and at_most >= self._reachable

    def _foresee(self) -> None:
        """Try all that may lead further than what was found, one question for each length.

        The first order that comes to mind mostly is the best. Where it is not, many are followed
        up, and to ask for each by itself takes longer than what is asked.
        """
        found = _greedy(self._simulation, self._group, self._bound)
        self._reachable = max(self._reachable, len(found))
        start = self._simulation.start()
        level: dict[tuple[frozenset[str], str], Reached] = {(frozenset(), start.state): start}
        seen = 0
        while level:
            asked: list[tuple[frozenset[str], Reached, list[str]]] = []
            for (done, _), here in level.items():
                todo = [name for name in self._group if name not in done]
                self._reachable = max(self._reachable, len(done))
                if self._leads_further(len(done) + self._bound.most(todo, done)):
                    asked.append((done, here, self._bound.now(todo, done)))
            seen += len(asked)
            if seen > _MOST:
                return
            self._simulation.foresee([(here, name) for _, here, now in asked for name in now])
            level = {}
            for done, here, now in asked:
                for name, told in zip(now, self._simulation.land(here, now), strict=True):
                    if isinstance(told, Reached):
                        level.setdefault((done | {name}, told.state), told)


class _Bound:
    """What can land at most, by what is known without trying it."""

    def __init__(
        self, after: Mapping[str, frozenset[str]], apart: Collection[frozenset[str]]
    ) -> None:
        self._after = after
        self._apart: dict[str, set[str]] = {}
        for pair in apart:
            for name in pair:
                self._apart.setdefault(name, set()).update(pair - {name})

    def now(self, todo: Sequence[str], done: frozenset[str]) -> list[str]:
        """What may be tried next."""
        return [name for name in todo if self._after[name] <= done and self._free(name, done)]

    def most(self, todo: Sequence[str], done: frozenset[str]) -> int:
        """No more of some land than this, once others have."""
        there = set(done)
        left = [name for name in todo if self._free(name, done)]
        while fits := [name for name in left if self._after[name] <= there]:
            there.update(fits)
            left = [name for name in left if name not in there]
        fit = there - done
        count = len(fit)
        for name in sorted(fit, key=lambda each: len(self._apart.get(each, ()))):
            # Of two that are apart one stays out; each is counted in one pair only.
            if name in fit and (others := sorted(self._apart.get(name, set()) & fit)):
                fit -= {name, others[0]}
                count -= 1
        return count

    def _free(self, name: str, done: frozenset[str]) -> bool:
        return self._apart.get(name, set()).isdisjoint(done)


def _greedy(simulation: Simulation, group: Sequence[str], bound: _Bound) -> tuple[str, ...]:
    """A good order of a group too large to try all: two ways, and the better result of them."""
    start = simulation.start()
    told = dict(zip(group, simulation.land(start, group), strict=True))
    alone = {name: each for name, each in told.items() if isinstance(each, Reached)}
    simulation.foresee(
        [(here, other) for name, here in alone.items() for other in group if other != name]
    )
    against: dict[str, frozenset[str]] = dict.fromkeys(group, frozenset())
    for name, here in alone.items():
        others = [other for other in group if other != name]
        met = zip(others, simulation.land(here, others), strict=True)
        against[name] = frozenset(other for other, each in met if not isinstance(each, Reached))
    few = _Descent(group, bound, start, against)
    plain = _Descent(group, bound, start, dict.fromkeys(group, frozenset()))
    ways = [few, plain]
    while ways:
        simulation.foresee([(way.here, name) for way in ways for name in way.now()])
        ways = [way for way in ways if way.step(simulation)]
    return tuple(few.order if len(few.order) > len(plain.order) else plain.order)


class _Descent:
    """Lands what stands in the way of fewest others first, until nothing lands any more."""

    def __init__(
        self,
        group: Sequence[str],
        bound: _Bound,
        start: Reached,
        against: Mapping[str, frozenset[str]],
    ) -> None:
        self._group, self._bound, self._against = group, bound, against
        self.here = start
        self.order: list[str] = []

    def now(self) -> list[str]:
        """What may be tried next."""
        return self._bound.now(self._todo(), frozenset(self.order))

    def step(self, simulation: Simulation) -> bool:
        """Land one more; false when none lands."""
        now, todo = self.now(), set(self._todo())
        told = zip(now, simulation.land(self.here, now), strict=True)
        fits = {name: each for name, each in told if isinstance(each, Reached)}
        if not fits:
            return False
        chosen = min(fits, key=lambda name: len(self._against[name] & todo))
        self.order.append(chosen)
        self.here = fits[chosen]
        return True

    def _todo(self) -> list[str]:
        return [name for name in self._group if name not in self.order]


def _joined(
    ranked: Sequence[str],
    after: Mapping[str, frozenset[str]],
    groups: Sequence[Collection[str]] | None,
) -> list[list[str]]:
    """The groups, those with dependencies between them made one, each in order of preference."""
    sets = [set(group) for group in groups] if groups is not None else [set(ranked)]
    sets += [{name} for name in ranked]
    sets += [{name, on} for name in ranked for on in after[name]]
    merged: list[set[str]] = []
    for each in sets:
        near = [other for other in merged if not other.isdisjoint(each)]
        merged = [other for other in merged if other.isdisjoint(each)]
        merged.append(each.union(*near))
    found = [[name for name in ranked if name in each] for each in merged]
    return sorted((each for each in found if each), key=lambda group: ranked.index(group[0]))


def _woven(orders: Sequence[Sequence[str]], rank: Mapping[str, int]) -> tuple[str, ...]:
    """One order out of those of groups: whichever may come next, the preferred one does."""
    left = [list(order) for order in orders if order]
    found: list[str] = []
    while left:
        first = min(left, key=lambda order: rank[order[0]])
        found.append(first.pop(0))
        left = [order for order in left if order]
    return tuple(found)
