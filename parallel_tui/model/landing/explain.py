"""Say why a session stands at its place in the order, or what is in its way. Pure.

Nothing is guessed: who is in the way is found by leaving others out of the order and landing the
rest again, and an order that is offered has been landed too.
"""

from __future__ import annotations

from parallel_tui.model.landing.dependencies import Why, closure, dependents
from parallel_tui.model.landing.order import landed
from parallel_tui.model.landing.plan import Block, Opponent
from parallel_tui.model.landing.simulation import Clash, Reached
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from typing import Final

    from parallel_tui.model.landing.dependencies import Dependency
    from parallel_tui.model.landing.simulation import Simulation

_MOST: Final = 3
"""Reasons of one kind that are told of one place."""

_SAYS: Final = {
    Why.DECLARED: "as merge.after says",
    Why.SPAWNED: "as was said of it",
    Why.BUILT: "on which it is built",
}
"""Words behind the name of a session that another one lands after."""


@dataclass(frozen=True, slots=True)
class Rank:
    """What is preferred where several could be next.

    Attributes:
        priority: Higher ones first.
        committed: When it was last committed to, in epoch seconds; older ones first.
        name: By the alphabet, at last.
    """

    priority: int
    committed: int
    name: str

    @property
    def key(self) -> tuple[int, int, str]:
        """Sorts what is preferred first."""
        return (-self.priority, self.committed, self.name)

    def before(self, other: Rank) -> str:
        """Why it is preferred to another, in words."""
        if self.priority != other.priority:
            return f"priority {self.priority}, before {other.name} with {other.priority}"
        if self.committed != other.committed:
            return f"waits longer than {other.name}"
        return f"before {other.name} by name"


def after_words(dependency: Dependency) -> str:
    """Why a session stands behind one that it depends on."""
    return f"after {dependency.on}, {_SAYS[dependency.why]}"


def lacking(dependencies: Sequence[Dependency], where: str) -> Opponent:
    """Why a session does not land before which something that it depends on has not.

    Args:
        dependencies: Those that are not satisfied.
        where: What is the matter with the first of them, in words.
    """
    first = dependencies[0]
    why = "is built on" if first.why is Why.BUILT else "is to land after"
    names = tuple(each.on for each in dependencies)
    return Opponent(Block.DEPENDENCY, names, detail=f"it {why} {first.on}, {where}")


@dataclass(frozen=True, slots=True)
class Explainer:
    """Explains one order.

    Attributes:
        simulation: Lands sessions.
        order: What lands, first to last.
        needs: All dependencies.
        ranks: By session, of all that are ready.
    """

    simulation: Simulation
    order: Sequence[str]
    needs: Collection[Dependency]
    ranks: Mapping[str, Rank]

    def place(self, at: int) -> str:
        """Why a session stands where it does.

        Args:
            at: Its place in the order, counted from 0.
        """
        name = self.order[at]
        on = [each for each in self.needs if each.session == name and each.on in self.order[:at]]
        words = [after_words(each) for each in on]
        later = sorted(self.order[at + 1 :], key=lambda each: self.ranks[each].key)
        waiting = {name, *later}
        free = [each for each in later if not closure(each, self.needs) & waiting]
        mine = self.ranks[name]
        passed = [each for each in free if self.ranks[each].key < mine.key]
        firm = [each for each in (self._passing(at, other) for other in passed) if each]
        words += firm[:_MOST]
        if passed and not words:
            words.append(f"before {passed[0]}, for more land that way")
        if words or not later:
            return "; ".join(words) or "nothing else is left"
        return mine.before(self.ranks[free[0]]) if free else f"{later[0]} lands after it"

    def _passing(self, at: int, other: str) -> str:
        """What goes wrong where a session that is preferred comes first; empty for nothing yet."""
        name = self.order[at]
        here = self._after(self.order[:at])
        (first,) = self.simulation.land(here, [other])
        if isinstance(first, Clash):
            return f"before {other}, which does not land without it"
        (then,) = self.simulation.land(first, [name])
        if isinstance(then, Clash):
            return f"before {other}, after which it would conflict{_in(then.paths)}"
        return ""

    def _after(self, names: Sequence[str]) -> Reached:
        found = landed(self.simulation, names)
        return found[-1] if found else self.simulation.start()

    def opponent(self, name: str) -> Opponent:
        """What is in the way of a session that is ready and does not land."""
        gone = [each for each in self.needs if each.session == name and each.on not in self.order]
        if gone:
            return lacking(gone, "which does not land")
        below = [each for each in self.order if each in closure(name, self.needs)]
        (alone,) = self.simulation.land(self._after(below), [name])
        if isinstance(alone, Clash):
            if alone.unknown:
                return Opponent(Block.UNTRIED, detail=alone.unknown)
            kind = Block.CONFLICT if below else Block.BASE
            return Opponent(kind, tuple(below), alone.paths, marked=alone.marked)
        return self._in_the_way(name, below)

    def _in_the_way(self, name: str, below: Collection[str]) -> Opponent:
        """The fewest others with which a session does not land, and what to do without them."""
        left = list(self.order)
        clash = self._clash(left, name)
        for other in reversed(self.order):
            if other in below or other not in left:
                continue
            without = self._without(left, {other})
            tried = self._clash(without, name)
            if tried is not None:
                left, clash = without, tried
        brought = frozenset[str]().union(*(closure(each, self.needs) for each in left))
        names = tuple(each for each in left if each not in below and each not in brought)
        if clash is None:  # it does land there: only a longer search would have found that
            return Opponent(Block.UNTRIED, detail="there was no time to try all orders")
        if clash.unknown:
            return Opponent(Block.UNTRIED, names, detail=clash.unknown)
        if len(names) > 1:
            order = self._instead(name, names)
            return Opponent(Block.CONFLICT, names, clash.paths, together=True, order=order)
        return self._each_alone(name, below)

    def _each_alone(self, name: str, below: Collection[str]) -> Opponent:
        """All others of which each alone is in the way of a session."""
        paths: dict[str, tuple[str, ...]] = {}
        marked = ""
        for other in self.order:
            under = closure(other, self.needs) | {other, *below}
            clash = self._clash([each for each in self.order if each in under], name)
            if other not in below and clash is not None and clash.paths:
                marked = "" if paths else clash.marked
                paths[other] = clash.paths
        # What is built on an opponent brings it along, and is none by that alone.
        names = tuple(each for each in paths if paths.keys().isdisjoint(closure(each, self.needs)))
        every = tuple(dict.fromkeys(path for each in names for path in paths[each]))
        order = self._instead(name, names)
        return Opponent(Block.CONFLICT, names, every, order=order, marked=marked)

    def _instead(self, name: str, against: Collection[str]) -> tuple[str, ...]:
        """The longest order with a session, giving up some of those that are in its way."""
        below = [each for each in self.order if each in closure(name, self.needs)]
        tries = [(*self._without(self.order, {each}), name) for each in against]
        tries += [(*self._without(self.order, set(against)), name), (*below, name)]
        found: tuple[str, ...] = ()
        for some in tries:
            whole = self._as_far_as_it_goes(some)
            if name in whole and len(whole) > len(found):
                found = whole
        return found

    def _as_far_as_it_goes(self, names: Sequence[str]) -> tuple[str, ...]:
        """What lands of an order, going on with all others behind it."""
        here, there = self.simulation.start(), list[str]()
        for name in (*names, *(each for each in self.order if each not in names)):
            if all(each.on in there for each in self.needs if each.session == name):
                (told,) = self.simulation.land(here, [name])
                if isinstance(told, Reached):
                    here = told
                    there.append(name)
        return tuple(there)

    def _without(self, names: Sequence[str], out: Collection[str]) -> list[str]:
        more = set(out).union(*(dependents(each, self.needs) for each in out))
        return [each for each in names if each not in more]

    def _clash(self, names: Sequence[str], name: str) -> Clash | None:
        """How a session conflicts after others; `None` when it lands, or they do not."""
        there = landed(self.simulation, names)
        if len(there) < len(names):
            return None
        (told,) = self.simulation.land(there[-1] if there else self.simulation.start(), [name])
        return told if isinstance(told, Clash) else None


def _in(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
    return f" in {paths[0]}{more}" if paths else ""
