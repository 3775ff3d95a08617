"""What a person arranges: nobody is lost, and what is not of the arrangement is known as such."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from parallel_tui.model.landing.arranged import ArrangedLandings
from parallel_tui.model.landing.plan import (
    Block,
    Blocked,
    LandingPlan,
    Opponent,
    Strategy,
    Turn,
)
from parallel_tui.model.landing.readiness import Condition, Needed
from parallel_tui.model.session.repository import Base

BASE = Base("main", "refs/heads/main", "a" * 40, "main")
DIRTY = Condition(Needed.CLEAN, False, "1 file not committed")


def plan(landing: str, conflicting: str = "", lacking: str = "") -> LandingPlan:
    return LandingPlan(
        BASE,
        Strategy.MERGE,
        tuple(Turn(name, name, "/", "c", "t", "") for name in landing),
        (
            *(Blocked(name, name, opponent=Opponent(Block.CONFLICT)) for name in conflicting),
            *(Blocked(name, name, (DIRTY,)) for name in lacking),
        ),
    )


def rows(arranged: ArrangedLandings, shown: LandingPlan) -> str:
    return "".join(arranged.rows(shown))


def test_those_with_a_place_stand_first_and_those_taken_out_last() -> None:
    shown = plan("ab", "c", "de")
    assert rows(ArrangedLandings(), shown) == "abcde"
    assert rows(ArrangedLandings(out=frozenset("a")), shown) == "bcdea"
    assert rows(ArrangedLandings(("c", "a")), shown) == "cabde"


def test_a_move_makes_an_order_of_what_is_shown_and_ends_at_the_ends() -> None:
    shown = plan("ab", "c", "d")
    moved = ArrangedLandings().moved("c", -1, shown)
    assert moved.order == ("a", "c", "b")
    assert moved.moved("a", -1, shown) is moved
    assert moved.moved("b", 1, shown) is moved
    assert ArrangedLandings().moved("d", -1, shown).order is None  # it is not ready
    assert ArrangedLandings().toggled("a").toggled("a") == ArrangedLandings()


def test_what_an_earlier_plan_still_says_is_known() -> None:
    shown = plan("abcd")
    one = ArrangedLandings(("a", "b", "c", "d"))
    two = one.moved("c", 1, shown)
    assert one.alike(one, shown) == 4
    assert one.alike(two, shown) == 2
    assert one.alike(ArrangedLandings(), shown) == 0
    assert one.alike(one.toggled("d"), shown) == 0


@given(
    st.permutations("abcdef"),
    st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from([-2, -1, 0, 1, 2]))),
)
def test_nobody_is_lost_whatever_is_pressed(every: str, keys: list[tuple[str, int]]) -> None:
    """A key is a move by places, or with 0 the one that takes out and in."""
    shown = plan("".join(every[:2]), "".join(every[2:4]), "".join(every[4:]))
    arranged = ArrangedLandings()
    for name, by in keys:
        arranged = arranged.moved(name, by, shown) if by else arranged.toggled(name)
        assert sorted(arranged.rows(shown)) == sorted("abcdef")
        assert set(arranged.ranked(shown)) == set(every[:4]) - arranged.out
        assert arranged.rows(shown)[: len(arranged.ranked(shown))] == arranged.ranked(shown)
