"""Why an order is as it is: who is in whose way, and what would work instead."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from hypothesis import given

from parallel_tui.model.landing.dependencies import Dependency, Why
from parallel_tui.model.landing.explain import Explainer, Rank
from parallel_tui.model.landing.order import best_order, landed
from parallel_tui.model.landing.plan import Block, Opponent
from tests.model.landing.test_order import worlds
from tests.model.landing.toy import Toy, both, needs, together


def explained(
    toy: Toy,
    names: str,
    after: Collection[Dependency] = (),
    priority: Mapping[str, int] | None = None,
) -> Explainer:
    """The best order, names in order of preference."""
    given = priority or {}
    ranks = {name: Rank(given.get(name, 0), at, name) for at, name in enumerate(names)}
    ranked = sorted(names, key=lambda name: ranks[name].key)
    return Explainer(toy, best_order(toy, ranked, after).names, after, ranks)


def test_places() -> None:
    toy = Toy({"a": [frozenset("b")], "c": [frozenset("a")]})
    told = explained(toy, "bacd", needs("dc"), {"d": 5})
    assert told.order == ("c", "d", "a", "b")
    assert [told.place(at) for at in range(4)] == [
        "before a, after which it would conflict in f.a",
        "after c, as merge.after says",
        "before b, after which it would conflict in f.b",
        "nothing else is left",
    ]


def test_places_without_conflicts_follow_rank() -> None:
    told = explained(Toy(), "ab", priority={"b": 2})
    assert told.place(0) == "priority 2, before a with 0"
    assert explained(Toy(), "ba").place(0) == "waits longer than a"
    assert Rank(0, 7, "a").before(Rank(0, 7, "b")) == "before b by name"


def test_what_makes_room_for_another() -> None:
    told = explained(Toy(enabled={"a": "b"}), "ab")
    assert told.place(0) == "before a, which does not land without it"


def test_one_opponent_and_the_order_that_would_work() -> None:
    told = explained(Toy(both("ab")), "acb")
    assert told.opponent("b") == Opponent(Block.CONFLICT, ("a",), ("f.a",), order=("c", "b"))


def test_opponents_that_are_in_the_way_only_together() -> None:
    told = explained(Toy(together("abc")), "axbyc")
    assert told.order == ("a", "x", "b", "y")
    found = told.opponent("c")
    assert (found.names, found.paths, found.together) == (("a", "b"), ("f.ab",), True)
    # Giving up one of the two is enough.
    assert found.order == ("x", "b", "y", "c")


def test_an_opponent_that_depends_on_another_is_still_the_only_one() -> None:
    told = explained(Toy(both("bc")), "abc", needs("ba"))
    found = told.opponent("c")
    assert (found.names, found.together, found.order) == (("b",), False, ("a", "c"))


def test_a_hub_would_cost_all_that_it_conflicts_with() -> None:
    told = explained(Toy(both("ha", "hb", "hc")), "habcx")
    found = told.opponent("h")
    assert found.order == ("x", "h")
    assert (found.kind, found.names) == (Block.CONFLICT, ("a", "b", "c"))
    assert not found.together


def test_base_itself_and_a_dependency_that_stays_out() -> None:
    toy = Toy(both("bc"), enabled={"a": "z"})
    told = explained(toy, "abcd", (Dependency("d", "a", Why.BUILT),))
    assert told.opponent("a") == Opponent(Block.BASE, (), ("alone",))
    assert told.opponent("d") == Opponent(
        Block.DEPENDENCY, ("a",), detail="it is built on a, which does not land"
    )


@given(worlds())
def test_everything_that_stays_out_has_its_reason(
    world: tuple[Toy, str, tuple[Dependency, ...]],
) -> None:
    toy, names, after = world
    told = explained(toy, names, after)
    for at in range(len(told.order)):
        assert told.place(at)
    for name in set(names) - set(told.order):
        found = told.opponent(name)
        assert found.kind is not Block.UNTRIED
        if found.order:
            assert name in found.order
            assert len(landed(toy, found.order)) == len(found.order) <= len(told.order)
        if found.kind is Block.CONFLICT:
            assert found.names
            assert found.paths
