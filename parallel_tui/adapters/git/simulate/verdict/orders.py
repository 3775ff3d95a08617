"""Simulate landing two sessions on base in both orders.

The second of an order is merged from where it forked, which need not be where the other did, and
base as well as the first may have renamed, copied and removed since: so one order may merge what
the other does not. Where that cannot be, one merge answers for both.
"""

from __future__ import annotations

from collections.abc import Sequence

from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.merge.merges import Merge, merge_all
from parallel_tui.adapters.git.simulate.quarantine import Quarantine
from parallel_tui.adapters.git.simulate.verdict.landing import Landed, Landings
from parallel_tui.adapters.git.simulate.verdict.rebases import Rebases
from parallel_tui.model.fact import Unknown
from parallel_tui.model.overlap.meeting import renames_meet
from parallel_tui.record import dataclass, field


@dataclass(frozen=True, slots=True)
class Order:
    """One order of landing two sessions.

    Attributes:
        first: The commit of base once the first has landed.
        second: The commit that is merged onto it.
        attributes: Commit whose attribute files the merge goes by.
        leader: The session that lands first; `None` where neither lands.
    """

    first: str
    second: str
    attributes: str
    leader: Landed | None = field(compare=False)


Tried = tuple[tuple[Order, Merge | Unknown], ...]
"""Orders of a pair with their merges; one where the other order comes to the same."""


@dataclass(frozen=True, slots=True)
class Orders:
    """Simulates merges of pairs. Not thread-safe.

    Attributes:
        runner: The gateway to git.
        quarantine: Where new objects go.
        landings: Sessions landed on base.
        rebases: Knows whether there are merge drivers.
    """

    runner: Runner
    quarantine: Quarantine
    landings: Landings
    rebases: Rebases

    def tried(self, base: str, pairs: Sequence[tuple[Landed, Landed]]) -> list[Tried]:
        """The merges that decide about pairs; one process for all under base's attributes.

        Args:
            base: Commit of base.
            pairs: Sessions landed on it.
        """
        orders = [self.of(base, a, b) for a, b in pairs]
        grouped: dict[str, list[Order]] = {}
        for each in (order for some in orders for order in some):
            grouped.setdefault(each.attributes, []).append(each)
        done: dict[Order, Merge | Unknown] = {}
        for attributes, some in grouped.items():
            stage = self.landings.stage.for_base(attributes)
            inputs = [(each.first, each.second) for each in some]
            merges = merge_all(self.runner, self.quarantine, inputs, stage=stage)
            done.update(zip(some, merges, strict=True))
        return [tuple((order, done[order]) for order in some) for some in orders]

    def of(self, base: str, a: Landed, b: Landed) -> tuple[Order, ...]:
        """The orders that must be tried for a pair.

        `a` first, then `b` first where that may end otherwise. Only the one that lands first where
        the other does not, or that has landed already, for base has all of it; where neither lands,
        both as they are.
        """
        if not a.merge.clean and not b.merge.clean:
            return (Order(a.work.commit, b.work.commit, base, None),)
        pairs = [(a, b)]
        if a.merge.clean != b.merge.clean:
            pairs = [(a, b) if a.merge.clean else (b, a)]
        elif bool(a.changes) != bool(b.changes):
            pairs = [(b, a) if a.changes else (a, b)]
        elif order_matters(a, b) or self.rebases.drivers:
            pairs.append((b, a))
        return tuple(self._order(base, first, second) for first, second in pairs)

    def landed(self, base: str, side: Landed) -> str:
        """The commit that results from landing a side."""
        return self.quarantine.commit(side.merge.tree, (base, side.work.commit))

    def _order(self, base: str, first: Landed, second: Landed) -> Order:
        onto = self.landed(base, first)
        attributes = onto if first.sets_attributes else base
        return Order(onto, second.work.commit, attributes, first)


def order_matters(a: Landed, b: Landed) -> bool:
    """Whether only one order of landing may merge cleanly; both sides land alone.

    Sound: false only where git merges path by path in both orders, for nothing that either of them
    is merged with can be taken for a rename that concerns it, and where what both of them change
    is in base as both of them found it. Then the two merges have the same three versions of every
    such path.
    """
    if not (a.straight and b.straight) or a.sets_attributes or b.sets_attributes:
        return True
    if renames_meet(a.marks, b.marks, a.since, b.since):
        return True
    shared = a.marks.touched & b.marks.touched
    return not (shared.isdisjoint(a.since.touched) and shared.isdisjoint(b.since.touched))


def decisive(tried: Tried) -> Merge | Unknown:
    """The merge that decides about a pair: a failing one, for either session may come first."""
    merges = [merge for _, merge in tried]
    failed = [merge for merge in merges if isinstance(merge, Merge) and not merge.clean]
    unknown = [merge for merge in merges if isinstance(merge, Unknown)]
    return (*failed, *unknown, *merges)[0]


def only_order(tried: Tried, a: Landed) -> str:
    """The side that must land first, `a` or `b`, when only one order works."""
    clean = [order for order, merge in tried if isinstance(merge, Merge) and merge.clean]
    if len(tried) < 2 or len(clean) != 1:
        return ""
    if any(isinstance(merge, Unknown) for _, merge in tried):
        return ""
    return "a" if clean[0].leader is a else "b"
