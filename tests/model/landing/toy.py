"""A simulation of made-up conflicts, and the best order by trying all."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations

from parallel_tui.model.landing.dependencies import Dependency, Why
from parallel_tui.model.landing.simulation import Clash, Reached


@dataclass
class Toy:
    """Lands names where none of their rules forbids it.

    Attributes:
        rules: By name, sets of names of which not all may have landed before.
        enabled: By name, names of which one must have landed before it fits, where there are any.
        asked: Number of landings that were tried.
    """

    rules: Mapping[str, Sequence[frozenset[str]]] = field(default_factory=dict)
    enabled: Mapping[str, Collection[str]] = field(default_factory=dict)
    asked: int = 0

    def start(self) -> Reached:
        """Nothing has landed."""
        return Reached("", "", "")

    def foresee(self, landings: Sequence[tuple[Reached, str]]) -> None:
        """Nothing is gained by it."""

    def land(self, onto: Reached, names: Sequence[str]) -> Sequence[Reached | Clash]:
        """Land names, each by itself."""
        return [self._one(onto, name) for name in names]

    def _one(self, onto: Reached, name: str) -> Reached | Clash:
        self.asked += 1
        there = frozenset(onto.commit)
        for rule in self.rules.get(name, ()):
            if rule <= there:
                return Clash(("f." + "".join(sorted(rule)),))
        if (helps := self.enabled.get(name)) and not there & set(helps):
            return Clash(("alone",))
        state = "".join(sorted(there | {name}))
        return Reached(state, onto.commit + name, state)


def both(*pairs: str) -> dict[str, list[frozenset[str]]]:
    """Rules of pairs, such as `ab`, that conflict whichever comes first."""
    rules: dict[str, list[frozenset[str]]] = {}
    for pair in pairs:
        one, other = pair[0], pair[1]
        rules.setdefault(one, []).append(frozenset(other))
        rules.setdefault(other, []).append(frozenset(one))
    return rules


def together(group: str) -> dict[str, list[frozenset[str]]]:
    """Rules of a group of which all but one may land, whichever."""
    return {name: [frozenset(group) - {name}] for name in group}


def needs(*pairs: str) -> tuple[Dependency, ...]:
    """Dependencies, each such as `ba`: b lands after a."""
    return tuple(Dependency(pair[0], pair[1], Why.DECLARED) for pair in pairs)


def tried(toy: Toy, ranked: Sequence[str], after: Collection[Dependency]) -> tuple[str, ...]:
    """The longest order that lands; of several the first by rank. Tries every one there is."""
    for count in range(len(ranked), 0, -1):
        for order in permutations(ranked, count):  # in order of rank, as they are given
            if _fits(toy, order, after):
                return order
    return ()


def _fits(toy: Toy, order: Sequence[str], after: Collection[Dependency]) -> bool:
    here = toy.start()
    for place, name in enumerate(order):
        if any(each.session == name and each.on not in order[:place] for each in after):
            return False
        (told,) = toy.land(here, [name])
        if not isinstance(told, Reached):
            return False
        here = told
    return True
