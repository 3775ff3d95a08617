"""Who breaks base is found by halves: a fewest set that does, whoever it is, in few checks."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable

from hypothesis import given
from hypothesis import strategies as st

from parallel_tui.model.landing.dependencies import Dependency, Why
from parallel_tui.model.proving.halving import search
from parallel_tui.model.proving.outcome import WHOLE, Ask, Break, CheckOutcome, Searched

NAMES = tuple("abcdefghijkl")


class Checks:
    """Answers by which sets break which test; counts how often it is asked."""

    def __init__(
        self,
        breaks: Iterable[tuple[frozenset[str], str]],
        base: Collection[str] = (),
        answer: Callable[[Ask, int], CheckOutcome | None] = lambda ask, times: None,
    ) -> None:
        self.breaks = tuple(breaks)
        self.base = frozenset(base)
        self.answer = answer
        self.asked: list[Ask] = []

    def failing(self, sessions: Collection[str]) -> frozenset[str]:
        there = frozenset(sessions)
        return self.base | {test for some, test in self.breaks if some <= there}

    def find(self, order: str | tuple[str, ...], needs: Iterable[Dependency] = ()) -> Searched:
        asking = search(tuple(order), tuple(needs))
        try:
            ask = next(asking)
            while True:
                self.asked.append(ask)
                told = self.answer(ask, sum(each == ask for each in self.asked))
                ask = asking.send(told or CheckOutcome(self.failing(ask.sessions)))
        except StopIteration as end:
            found: Searched = end.value
            return found


def test_what_works_together_costs_one_check() -> None:
    checks = Checks([])
    assert checks.find("abcdef") == Searched(tuple("abcdef"))
    assert [each.sessions for each in checks.asked] == [tuple("abcdef")]


def test_what_base_fails_already_counts_for_nobody() -> None:
    checks = Checks([], base=["old"])
    assert checks.find("abc") == Searched(tuple("abc"), base=("old",))
    assert [each.sessions for each in checks.asked] == [tuple("abc"), ()]


def test_a_pair_is_named_and_the_rest_is_tried_without_its_last() -> None:
    found = Checks([(frozenset("bf"), "t")], base=["old"]).find("abcdefgh")
    assert found.breaks == (Break(("b", "f"), ("t",), ("b", "f")),)
    assert found.aboard == tuple("abcdegh")


def test_one_that_breaks_base_alone_is_named_alone() -> None:
    found = Checks([(frozenset("c"), "t"), (frozenset("bf"), "u")]).find("abcdefgh")
    assert {each.sessions: each.tests for each in found.breaks} == {
        ("c",): ("t",),
        ("b", "f"): ("u",),
    }
    assert found.aboard == tuple("abdegh")


def test_what_one_side_fails_alone_is_not_the_pairs() -> None:
    # Searched at the same prefix: the pair's own failure is what neither side has.
    found = Checks([(frozenset("b"), "own"), (frozenset("ab"), "both")]).find("ab")
    assert found.breaks[0] == Break(("b",), ("own",), ("b",))
    assert found.aboard == ("a",)


def test_base_that_fails_without_naming_tests_leaves_it_open() -> None:
    found = Checks([], base=[f"{WHOLE}make test"]).find("abc")
    assert (found.aboard, found.breaks) == ((), ())
    assert "base itself fails" in found.unknown


def test_a_failure_that_is_not_seen_again_names_nobody() -> None:
    def at_times(ask: Ask, times: int) -> CheckOutcome | None:
        return CheckOutcome(unsteady=frozenset({"shaky"})) if ask.certain else None

    found = Checks([], answer=at_times).find("abcd")
    assert (found.aboard, found.breaks, found.unsteady) == (tuple("abcd"), (), ("shaky",))


def test_a_pair_that_fails_at_times_only_is_not_named() -> None:
    def at_times(ask: Ask, times: int) -> CheckOutcome | None:
        if ask.certain and ask.sessions == ("a", "c"):
            return CheckOutcome(unsteady=frozenset({"t"}))
        return None

    found = Checks([(frozenset("ac"), "t")], answer=at_times).find("abcd")
    assert (found.breaks, found.aboard) == ((), ())
    assert "cannot be told" in found.unknown


def test_what_cannot_land_without_another_is_never_tried_without_it() -> None:
    needs = (Dependency("d", "b", Why.BUILT), Dependency("e", "d", Why.BUILT))
    checks = Checks([(frozenset("ad"), "t")])
    found = checks.find("abcde", needs)
    assert found.breaks == (Break(("a", "d"), ("t",), ("a", "b", "d")),)
    assert (found.aboard, found.left) == (tuple("abc"), ("e",))
    for ask in checks.asked:
        assert "d" not in ask.sessions or "b" in ask.sessions


def test_what_cannot_be_made_is_no_failure() -> None:
    def clash(ask: Ask, times: int) -> CheckOutcome | None:
        lone = "c" in ask.sessions and "b" not in ask.sessions
        return CheckOutcome(impossible="c does not land without b") if lone else None

    found = Checks([(frozenset("abc"), "t")], answer=clash).find("abcd")
    (broken,) = found.breaks
    assert broken.sessions == ("a", "b", "c")
    nothing = Checks([], answer=lambda ask, times: CheckOutcome(impossible="no space")).find("ab")
    assert (nothing.aboard, nothing.unknown) == ((), "no space")


@st.composite
def worlds(draw: st.DrawFn) -> tuple[tuple[str, ...], list[tuple[frozenset[str], str]]]:
    order = NAMES[: draw(st.integers(1, len(NAMES)))]
    some = st.frozensets(st.sampled_from(order), min_size=1, max_size=3)
    sets = draw(st.lists(some, max_size=4))
    return order, [(each, f"t{number}") for number, each in enumerate(sets)]


@given(worlds())
def test_found_as_by_brute_force_in_few_checks(
    world: tuple[tuple[str, ...], list[tuple[frozenset[str], str]]],
) -> None:
    order, breaks = world
    checks = Checks(breaks, base=["old"])
    found = checks.find(order)
    fewest = {a for a, _ in breaks if not any(b < a for b, _ in breaks)}
    assert not found.unknown
    for broken in found.breaks:
        assert frozenset(broken.sessions) in {some for some, _ in breaks}
        # Nothing is put down to them that fewer of them fail, or that needs somebody else.
        for test in broken.tests:
            (needed,) = [some for some, name in breaks if name == test]
            assert needed <= frozenset(broken.sessions)
            smaller = [frozenset(broken.sessions) - {one} for one in broken.sessions]
            assert len(broken.sessions) == 1 or not any(needed <= each for each in smaller)
    assert checks.failing(found.aboard) == {"old"}
    assert bool(found.breaks) == bool(fewest)
    out = [broken.sessions[-1] for broken in found.breaks]
    assert sorted([*found.aboard, *out]) == sorted(order)
    halves = math.ceil(math.log2(len(order))) + 1
    allowed = sum((len(each.sessions) + 1) * (halves + 1) + 3 for each in found.breaks)
    assert len(checks.asked) <= allowed + 2
    for ask in checks.asked:
        assert sum(each.sessions == ask.sessions for each in checks.asked) <= 2
