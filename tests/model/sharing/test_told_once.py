"""One landing is one line for a person, however many sessions were told of it."""

from __future__ import annotations

import json

from parallel_tui.model.sharing.coordination import Event
from parallel_tui.model.sharing.told_once import told_once


def event(id: str, type: str, **about: object) -> Event:
    return Event(id, type, "user", json.dumps(about))


LANDED = event("l", "landed", base="main", onto="b2", commit="c")


def test_what_others_are_told_of_a_landing_is_no_second_line() -> None:
    moved = [event(f"m{n}", "base_moved", base="main", onto="b2", landed=["a"]) for n in range(3)]
    other = event("o", "handoff")
    assert told_once([*moved, LANDED, other]) == (LANDED, other)


def test_what_says_more_or_something_else_stays() -> None:
    meets = event("m", "base_moved", base="main", onto="b2", paths=["f"], message="main: f")
    undone = event("u", "base_moved", base="main", onto="b2", landed=["a"], undone=True)
    by_hand = event("h", "base_moved", base="main", onto="b3")
    elsewhere = event("e", "base_moved", base="next", onto="b2")
    odd = [Event("x", "base_moved", "s", text) for text in ("null", "[1]", "{", '{"onto": [1]}')]
    events = (meets, LANDED, undone, by_hand, elsewhere, *odd, Event("y", "landed", "s", "7"))
    assert told_once(events) == events
    assert told_once([meets, undone]) == (meets, undone), "nothing landed that is listed"
