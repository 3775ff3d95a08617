"""What landing here meets of sessions of other machines."""

from __future__ import annotations

from parallel_tui.model.landing.elsewhere.met import (
    MetElsewhere,
    SessionElsewhere,
    meetings,
    notes,
    reasons,
)
from tests.model.landing.toy import Toy, both


def test_both_orders_are_tried_and_what_cannot_meet_is_not() -> None:
    toy = Toy(rules={"b": [frozenset("X")], "Y": [frozenset("a")], **both("cX")})
    every = [frozenset("abcXY")]
    found, base = meetings(toy, "abc", "XY", every)
    assert found == {
        "X": (MetElsewhere("b", "b", ("f.X",)), MetElsewhere("c", "", ("f.X", "f.c"))),
        "Y": (MetElsewhere("a", "Y", ("f.a",)),),
    }
    assert base == {}
    assert meetings(toy, "abc", "XY", [frozenset("abc"), frozenset("X")])[0] == {"X": (), "Y": ()}


def test_what_conflicts_with_base_alone_is_said_of_that() -> None:
    toy = Toy(enabled={"X": "z"}, rules=both("aY"))
    found, base = meetings(toy, "a", "XY", [frozenset("aXY")])
    assert base == {"X": ("alone",)}
    assert found["X"] == ()
    assert [each.first for each in found["Y"]] == [""]


def test_it_is_said_in_words() -> None:
    paths = ("a", "b", "c", "d")
    besides = (
        SessionElsewhere("x@red", "red", "1", True, (MetElsewhere("api", "x@red", paths),)),
        SessionElsewhere("y@red", "red", "2", False, (MetElsewhere("api", "api", ("a",)),), ("z",)),
        SessionElsewhere("w@red", "red", "3", False, (MetElsewhere("other", "", ("a",)),)),
    )
    assert reasons(besides, "api") == ("x@red first", "before y@red")
    assert reasons(besides, "other") == ("conflicts with w@red in a",)
    assert notes(besides, {"api"}, "main") == (
        "x@red: x@red first: api lands after it, and conflicts in a, b, c and 1 more the other way"
        " round; its uncommitted work counts here, and is on red only",
        "y@red: conflicts with main itself in z; api first: y@red lands after it, and conflicts in"
        " a the other way round",
        "1 session of other machines: nothing that lands here is in the way",
    )
    assert notes(besides[:1], (), "main") == (), "nothing lands that could be in the way"
