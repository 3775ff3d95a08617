"""The order that lands most, against trying every order there is."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallel_tui.errors import UsageError
from parallel_tui.model.landing.dependencies import (
    Dependency,
    Why,
    closure,
    dependencies,
    dependents,
)
from parallel_tui.model.landing.order import EXACT, Ordered, best_order, landed
from tests.model.landing.toy import Toy, both, needs, together, tried


def test_a_hub_that_conflicts_with_three_stays_out() -> None:
    toy = Toy(both("ha", "hb", "hc"))
    assert best_order(toy, "habc", ()) == Ordered(("a", "b", "c"), exact=True)


def test_of_a_group_that_conflicts_only_together_all_but_one_land() -> None:
    assert best_order(Toy(together("abc")), "abc", ()).names == ("a", "b")
    assert best_order(Toy(together("abc")), "cab", ()).names == ("c", "a")


def test_where_only_one_order_works_it_is_found() -> None:
    # Once a is in, b does not merge; the other way round both do.
    toy = Toy({"b": [frozenset("a")]})
    assert best_order(toy, "ab", ()) == Ordered(("b", "a"), exact=True)


def test_a_landing_may_make_room_for_another() -> None:
    assert best_order(Toy(enabled={"a": "b"}), "ab", ()).names == ("b", "a")


def test_a_dependency_may_cost_what_greed_would_take() -> None:
    # a conflicts with one, b with two; but c and d only land after a.
    toy = Toy(both("ab", "be", "bf"))
    assert best_order(toy, "bacd", needs("ca", "da")).names == ("a", "c", "d")
    # And here what a dependency holds together is worth less than what it is in the way of.
    assert best_order(toy, "abef", needs("ba")).names == ("a", "e", "f")


def test_what_depends_on_something_that_is_not_there_stays_out() -> None:
    assert best_order(Toy(), "ab", needs("ax")).names == ("b",)


def test_nothing_is_tried_twice_where_all_is_clean() -> None:
    toy = Toy()
    assert best_order(toy, "abcdefghijkl", ()).names == tuple("abcdefghijkl")
    assert toy.asked <= 12 * 13 // 2


def test_beyond_the_bound_it_says_that_it_is_greedy() -> None:
    names = "abcdefghijklmnop"
    assert len(names) > EXACT
    told = best_order(Toy(both(*(f"a{other}" for other in names[1:]))), names, ())
    assert told == Ordered(tuple(names[1:]), exact=False)


def test_groups_that_do_not_meet_are_exact_each_by_itself() -> None:
    names = "abcdefghijklmnop"
    toy = Toy({**both("ab"), **both("cd")})
    groups = ["ab", "cd", *names[4:]]
    assert best_order(toy, names, (), groups) == Ordered(tuple("acefghijklmnop"), exact=True)


def test_groups_that_meet_in_spite_of_it_are_found_out() -> None:
    assert best_order(Toy(both("ab")), "ab", (), ["a", "b"]) == Ordered(("a",), exact=True)


def test_dependencies_join_groups() -> None:
    told = best_order(Toy(), "abcd", needs("ad"), ["a", "b", "c", "d"])
    assert told == Ordered(("b", "c", "d", "a"), exact=True)


NAMES = "abcdef"
PAIRS = [one + other for one, other in combinations(NAMES, 2)]
BOTH_WAYS = PAIRS + [pair[::-1] for pair in PAIRS]


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Toy, str, tuple[Dependency, ...]]:
    """Conflicts of pairs, one-sided ones, of triples; what makes room; dependencies."""
    names = "".join(draw(st.permutations(NAMES[: draw(st.integers(1, 6))])))
    within = [pair for pair in BOTH_WAYS if set(pair) <= set(names)]
    rules: dict[str, list[frozenset[str]]] = {}
    some = st.lists(st.sampled_from(within), max_size=5) if within else st.just([])
    for pair in draw(some):
        rules.setdefault(pair[0], []).append(frozenset(pair[1]))
        if draw(st.booleans()):
            rules.setdefault(pair[1], []).append(frozenset(pair[0]))
    triples = ["".join(each) for each in combinations(sorted(names), 3)]
    for triple in draw(st.lists(st.sampled_from(triples), max_size=2)) if triples else ():
        for name, each in together(triple).items():
            rules.setdefault(name, []).extend(each)
    enabled = {pair[0]: pair[1] for pair in draw(some)[:1]}
    order = draw(st.permutations(names))
    after = [pair for pair in draw(some)[:3] if order.index(pair[0]) > order.index(pair[1])]
    return Toy(rules, enabled), names, needs(*dict.fromkeys(after))


@given(worlds())
def test_no_order_is_better(world: tuple[Toy, str, tuple[Dependency, ...]]) -> None:
    toy, names, after = world
    told = best_order(toy, names, after)
    assert told == Ordered(tried(toy, names, after), exact=True)
    assert len(landed(toy, told.names)) == len(told.names)


@given(worlds(), st.data())
def test_nor_with_groups(
    world: tuple[Toy, str, tuple[Dependency, ...]], data: st.DataObject
) -> None:
    toy, names, after = world
    groups: list[set[str]] = [{name} for name in names]
    groups += [{name} | rule for name, rules in toy.rules.items() for rule in rules]
    groups += [{name, *helps} for name, helps in toy.enabled.items()]
    groups = data.draw(st.permutations(groups))
    assert best_order(toy, names, after, groups).names == tried(toy, names, after)


@given(worlds(), st.data())
def test_nor_where_some_are_known_to_be_apart(
    world: tuple[Toy, str, tuple[Dependency, ...]], data: st.DataObject
) -> None:
    toy, names, after = world
    known = [
        frozenset((one, other))
        for one, other in combinations(names, 2)
        if frozenset(other) in toy.rules.get(one, ()) and frozenset(one) in toy.rules.get(other, ())
    ]
    some = data.draw(st.sets(st.sampled_from(known))) if known else set[frozenset[str]]()
    told = best_order(toy, names, after, apart=some)
    assert told == Ordered(tried(toy, names, after), exact=True)


def test_what_is_known_to_be_apart_is_not_tried_in_all_orders() -> None:
    names = "abcdefghijkl"
    toy = Toy(both("al", "bk"))
    told = best_order(toy, names, (), apart=[frozenset("al"), frozenset("bk")])
    assert told == Ordered(tuple("abcdefghij"), exact=True)
    assert toy.asked <= 12 * 13 // 2


def test_a_good_order_that_no_other_can_beat_is_known_to_be_the_best() -> None:
    names = "abcdefghijklmnopqrst"
    assert best_order(Toy(), names, ()) == Ordered(tuple(names), exact=True)
    told = best_order(Toy(both("at")), names, (), apart=[frozenset("at")])
    assert told == Ordered(tuple(names[:-1]), exact=True)


def test_dependencies_of_two_kinds() -> None:
    told = dependencies({"b": ["a", "gone"]}, {"b": ["a"], "c": ["b"]}, "abc")
    assert told == (Dependency("b", "a", Why.DECLARED), Dependency("c", "b", Why.BUILT))
    assert closure("c", told) == {"a", "b"}
    assert dependents("a", told) == {"b", "c"}


@pytest.mark.parametrize(
    ("declared", "built", "told"),
    [
        ({"a": ["a"]}, {}, "a lands after a"),
        ({"a": ["b"]}, {"b": ["a"]}, "a lands after b, b is built on a"),
        (
            {"x": ["a"], "a": ["b"], "b": ["c"], "c": ["a"]},
            {},
            "a lands after b, b lands after c, c lands after a",
        ),
    ],
)
def test_a_circle_is_named(
    declared: dict[str, list[str]], built: dict[str, list[str]], told: str
) -> None:
    with pytest.raises(UsageError, match="circle: " + told + "$"):
        dependencies(declared, built, "abcx")
