"""Find who breaks base by checking halves. Pure: it asks for checks, and is told how they end.

All sessions together are checked first; most of the time that is all. Where something fails then
that base alone does not fail, halving tells the first session with which it fails, and, of those
before it, the one without which it does not, until these fail by themselves. So one culprit of `n`
sessions costs about `log n` checks, a pair twice as many, and never all pairs.

The last one of those that break is left out, and the rest is checked again: what is left in the end
has been seen to work together.
"""

from __future__ import annotations

from parallel_tui.model.landing.dependencies import closure, dependents
from parallel_tui.model.proving.outcome import Ask, Break, CheckOutcome, Searched
from parallel_tui.record import dataclass, field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Generator, Iterable, Sequence
    from typing import TypeAlias

    from parallel_tui.model.landing.dependencies import Dependency

    Asking: TypeAlias = Generator[Ask, CheckOutcome, CheckOutcome]
    Search: TypeAlias = Generator[Ask, CheckOutcome, Searched]


def search(order: Sequence[str], needs: Collection[Dependency]) -> Search:
    """Search for breaks.

    A generator: it yields what to check, and is sent how that ended. It asks nothing twice, but for
    a failure that has to be certain.

    Args:
        order: Sessions in the order in which they land.
        needs: Dependencies between them; nothing is checked without what it depends on.

    Returns:
        What was found, as the value of the generator.
    """
    return _Searching(tuple(order), tuple(needs)).run()


@dataclass(slots=True)
class _Searching:
    """One search.

    Attributes:
        order: Sessions as they land.
        needs: Dependencies.
        known: How checks ended, by the sessions that had landed.
        sure: Of which of these a failure was seen twice.
    """

    order: tuple[str, ...]
    needs: tuple[Dependency, ...]
    known: dict[tuple[str, ...], CheckOutcome] = field(default_factory=dict)
    sure: set[tuple[str, ...]] = field(default_factory=set)

    def run(self) -> Search:
        """Search until what is left works together."""
        aboard = self.order
        breaks: list[Break] = []
        left: list[str] = []
        base = CheckOutcome()
        while aboard:
            whole = yield from self._ask(aboard, certain=True)
            if whole.impossible:
                return self._found((), breaks, left, base, whole.impossible)
            if not whole.failing:
                break
            base = yield from self._ask((), certain=True)
            if base.impossible or base.vague:
                why = base.impossible or (
                    "base itself fails the check, and it does not say which tests: what sessions "
                    "add to that cannot be told apart"
                )
                return self._found((), breaks, left, base, why)
            if not _news(whole, base):
                break
            broken = yield from self._narrow(aboard, base)
            if broken is None:
                why = "all of them together fail each time, and fewer only at times"
                return self._found((), breaks, left, base, f"who breaks it cannot be told: {why}")
            breaks.append(broken)
            out = broken.sessions[-1]
            gone = {out, *dependents(out, self.needs)}
            left += [each for each in aboard if each in gone and each != out]
            aboard = tuple(each for each in aboard if each not in gone)
        return self._found(aboard, breaks, left, base, "")

    def _narrow(
        self, aboard: Sequence[str], base: CheckOutcome
    ) -> Generator[Ask, CheckOutcome, Break | None]:
        """The fewest of some sessions with which something fails that base does not fail.

        `None` where that is so at times only.
        """
        whole = tuple(aboard)
        # What was seen to pass before somebody else was left out need not be looked at again.
        seen = [at for at in range(len(whole)) if whole[:at] in self.known]
        low = max((at for at in seen if not _news(self.known[whole[:at]], base)), default=0)
        high = len(whole)
        while high - low > 1:
            middle = (low + high) // 2
            here = yield from self._ask(aboard[:middle])
            low, high = (low, middle) if _news(here, base) else (middle, high)
        before = yield from self._ask(aboard[:low])
        here = yield from self._ask(aboard[:high], certain=True)
        wanted = (_news(here, base) - before.failing) or _news(here, base)
        if not wanted:  # it failed once, and not again: the whole has been seen to fail twice
            here = yield from self._ask(aboard)
            high, wanted = len(aboard), _news(here, base)
        guilty = [aboard[high - 1]]
        rest = list(aboard[: high - 1])
        while rest:
            alone = yield from self._ask(self._closed(guilty))
            if alone.failing & wanted:
                break
            low, high = 0, len(rest)
            while high - low > 1:
                middle = (low + high) // 2
                some = yield from self._ask(self._closed([*guilty, *rest[:middle]]))
                low, high = (low, middle) if some.failing & wanted else (middle, high)
            guilty.append(rest[high - 1])
            rest = rest[: high - 1]
        return (yield from self._blamed(guilty, wanted, base))

    def _blamed(
        self, guilty: Sequence[str], wanted: Collection[str], base: CheckOutcome
    ) -> Generator[Ask, CheckOutcome, Break | None]:
        """Those without whom it still fails are cleared; what fewer fail already is taken away."""
        names = [each for each in self.order if each in guilty]
        sides: set[str] = set()
        for name in tuple(names):
            fewer = [each for each in names if each != name]
            tried = self._closed(fewer)
            if not fewer or name in tried:
                continue
            without = yield from self._ask(tried)
            if without.failing & frozenset(wanted):
                names = fewer
            else:
                sides |= without.failing | without.unsteady
        tried = self._closed(names)
        told = yield from self._ask(tried, certain=True)
        if not told.failing & frozenset(wanted):
            return None
        tests = _news(told, base) - sides
        return Break(tuple(names), tuple(sorted(tests or told.failing)), tried)

    def _ask(self, sessions: Iterable[str], *, certain: bool = False) -> Asking:
        some = tuple(sessions)
        known = self.known.get(some)
        if known is None or (certain and known.failing and some not in self.sure):
            known = yield Ask(some, certain)
            self.known[some] = known
            if certain:
                self.sure.add(some)
        return known

    def _closed(self, names: Iterable[str]) -> tuple[str, ...]:
        """Some sessions and what they depend on, in the order in which they land."""
        wanted = set(names)
        for name in tuple(wanted):
            wanted |= closure(name, self.needs)
        return tuple(each for each in self.order if each in wanted)

    def _found(
        self,
        aboard: Sequence[str],
        breaks: Sequence[Break],
        left: Sequence[str],
        base: CheckOutcome,
        unknown: str,
    ) -> Searched:
        unsteady = frozenset[str]().union(*(each.unsteady for each in self.known.values()))
        return Searched(
            tuple(aboard),
            tuple(breaks),
            tuple(left),
            tuple(sorted(base.failing)),
            tuple(sorted(unsteady)),
            unknown,
        )


def _news(outcome: CheckOutcome, base: CheckOutcome) -> frozenset[str]:
    """What fails, and never does on base."""
    return outcome.failing - base.failing - base.unsteady
