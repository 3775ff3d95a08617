"""An order that somebody set: what lands of it is what lands in its place."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from parallel_tui.model.landing.message import landing_message
from parallel_tui.model.landing.order import Ordered, landed, order_by_hand, too_early
from parallel_tui.model.landing.plan import Block, Strategy
from parallel_tui.model.landing.simulation import Clash, Reached
from tests.model.landing.toy import Toy, both, needs

NAMES = "abcdef"
PAIRS = [f"{one}{other}" for one in NAMES for other in NAMES if one < other]


def test_it_is_kept_where_all_of_it_lands() -> None:
    assert order_by_hand(Toy(), "cab", ()) == Ordered(("c", "a", "b"), exact=False)


def test_what_does_not_land_in_its_place_is_passed_over() -> None:
    assert order_by_hand(Toy(both("ab")), "abc", ()).names == ("a", "c")
    assert order_by_hand(Toy(both("ab")), "bac", ()).names == ("b", "c")
    assert order_by_hand(Toy(), "abab", ()).names == ("a", "b")


def test_what_comes_before_what_it_needs_does_not_land() -> None:
    assert order_by_hand(Toy(), "ba", needs("ba")).names == ("a",)
    found = too_early("b", needs("ba"), "ba")
    assert found is not None
    assert (found.kind, found.names) == (Block.DEPENDENCY, ("a",))
    assert found.detail == "it has to land after a"
    assert too_early("b", needs("ba"), "ab") is None
    assert too_early("a", needs("ba"), "ba") is None
    assert too_early("b", needs("ba"), "") is None


@given(st.sets(st.sampled_from(PAIRS)), st.permutations(NAMES), st.data())
def test_nothing_that_would_land_in_its_place_is_left_out(
    pairs: set[str], names: list[str], data: st.DataObject
) -> None:
    toy, wanted = Toy(both(*pairs)), names[: data.draw(st.integers(0, len(names)))]
    found = order_by_hand(toy, wanted, ()).names
    assert len(landed(toy, found)) == len(found)
    assert [name for name in wanted if name in found] == list(found)
    for name in wanted:
        here: Reached | Clash = toy.start()
        for other in found[: sum(each in found for each in wanted[: wanted.index(name)])]:
            assert isinstance(here, Reached)
            (here,) = toy.land(here, [other])
        assert isinstance(here, Reached)
        (told,) = toy.land(here, [name])
        assert isinstance(told, Reached) == (name in found)


def test_messages() -> None:
    assert landing_message("f/a", Strategy.MERGE) == "Merge branch 'f/a'"
    assert landing_message("f/a", Strategy.SQUASH) == "Land f/a"
    assert landing_message("f/a", Strategy.SQUASH, ["x", "y"]) == "Land f/a\n\n* x\n* y\n"
