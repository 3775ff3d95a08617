"""An order that somebody asked for: what lands of it, and why not the rest."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from parallel_tui.model.landing.by_hand import BEHIND, BY_HAND, Followed, follow
from parallel_tui.model.landing.dependencies import Dependency, Why
from parallel_tui.model.landing.explain import Rank
from parallel_tui.model.landing.order import best_order
from parallel_tui.model.landing.plan import Block
from tests.model.landing.toy import Toy, both, needs, together, tried

NAMES = "abcde"


def followed(
    toy: Toy,
    order: str,
    after: tuple[Dependency, ...] = (),
    ready: str = "abc",
    *,
    rest: bool = True,
) -> Followed:
    ranks = {name: Rank(0, place, name) for place, name in enumerate(ready)}
    return follow(toy, tuple(order), after, ranks, rest=rest)


def landed(found: Followed) -> str:
    return "".join(name for name, _ in found.landed)


def test_the_order_is_kept_whoever_would_land_more_otherwise() -> None:
    found = followed(Toy(both("ab", "ac")), "abc")
    assert (found.sequence, landed(found)) == (("a", "b", "c"), "a")
    assert found.reasons == {"a": BY_HAND}
    assert {name: each.names for name, each in found.opponents.items()} == {
        "b": ("a",),
        "c": ("a",),
    }
    assert landed(followed(Toy(both("ab", "ac")), "bca")) == "bc"


def test_only_those_before_it_are_in_the_way_of_a_session() -> None:
    found = followed(Toy(together("abc")), "cab")
    assert landed(found) == "ca"
    assert (found.opponents["b"].names, found.opponents["b"].together) == (("c", "a"), True)
    assert found.opponents["b"].order == ()


def test_what_is_not_named_stands_behind_or_stays_out() -> None:
    assert landed(followed(Toy(), "c")) == "cab"
    assert followed(Toy(), "c").reasons == {"c": BY_HAND, "a": BEHIND, "b": BEHIND}
    assert followed(Toy(), "c", rest=False).sequence == ("c",)
    # Behind does not mean before what it depends on.
    assert landed(followed(Toy(), "c", needs("ab"))) == "cba"


def test_a_dependency_that_stands_behind_is_told_as_such() -> None:
    found = followed(Toy(), "abc", (Dependency("a", "b", Why.BUILT),))
    assert landed(found) == "bc"
    told = found.opponents["a"]
    assert (told.kind, told.names) == (Block.DEPENDENCY, ("b",))
    assert told.detail == "it is built on b, which stands behind it"
    found = followed(Toy(both("bc")), "cba", (Dependency("a", "b", Why.DECLARED),))
    assert found.opponents["a"].detail == "it is to land after b, which does not land"


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Toy, tuple[str, ...], tuple[Dependency, ...]]:
    pairs = [a + b for a in NAMES for b in NAMES if a < b]
    clashing = draw(st.lists(st.sampled_from(pairs), max_size=4, unique=True))
    after = draw(st.lists(st.sampled_from(pairs), max_size=3, unique=True))
    order = draw(st.permutations(NAMES))
    return Toy(both(*clashing)), tuple(order), needs(*(pair[::-1] for pair in after))


@given(worlds())
def test_everybody_lands_or_is_told_why_not_and_the_best_order_lands_as_computed(
    world: tuple[Toy, tuple[str, ...], tuple[Dependency, ...]],
) -> None:
    toy, order, after = world
    ranks = {name: Rank(0, place, name) for place, name in enumerate(NAMES)}
    found = follow(toy, order, after, ranks, rest=True)
    names = tuple(name for name, _ in found.landed)
    assert found.sequence == order
    assert names == tuple(name for name in order if name in names)
    assert found.reasons.keys() == set(names)
    assert found.opponents.keys() == set(order) - set(names)
    for name, why in found.opponents.items():
        before = order[: order.index(name)]
        assert why.kind is Block.DEPENDENCY or set(why.names) <= set(before)
    best = best_order(toy, list(NAMES), after).names
    again = follow(toy, best, after, ranks, rest=False)
    assert tuple(name for name, _ in again.landed) == best
    assert len(best) == len(tried(toy, list(NAMES), after))
