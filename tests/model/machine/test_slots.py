"""Whose turn it is: always the first in line, and never more than any of them asked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallel_tui.errors import UsageError
from parallel_tui.model.machine.slots import Ticket, asked, lines, may_run

LIMITS = st.lists(st.integers(1, 5), max_size=12)


@given(LIMITS)
def test_as_many_run_as_all_of_them_agree_to(limits: list[int]) -> None:
    count = may_run(limits)
    assert all(count <= limit for limit in limits[:count])
    if count < len(limits):  # and one more would break what somebody asked for
        assert count >= min(limits[: count + 1])


@given(LIMITS, st.data())
def test_whoever_runs_may_go_on_when_others_end(limits: list[int], data: st.DataObject) -> None:
    count = may_run(limits)
    if count == 0:
        return
    ended = data.draw(st.integers(0, len(limits) - 1))
    left = limits[:ended] + limits[ended + 1 :]
    assert may_run(left) >= count - (ended < count)


def test_a_slot_that_runs_two_runs_two() -> None:
    assert [may_run([2] * waiting) for waiting in range(5)] == [0, 1, 2, 2, 2]
    assert may_run([3, 1, 3]) == 1
    assert may_run([1, 3, 3]) == 1


def test_lines_show_what_is_set_and_what_is_used() -> None:
    here = Ticket("test", 1, 1, 5, begun=1.0)
    waits = Ticket("test", 2, 1, 6)
    found = lines([here, waits], {"build": 2})
    assert [(each.slot, each.limit, each.running, each.waiting) for each in found] == [
        ("build", 2, (), ()),
        ("test", None, (here,), (waits,)),
    ]


@pytest.mark.parametrize(
    ("text", "meant"), [("test", ("test", None)), ("b.2-x:12", ("b.2-x", 12)), ("a:1", ("a", 1))]
)
def test_what_names_a_slot(text: str, meant: tuple[str, int | None]) -> None:
    assert asked(text) == meant


@pytest.mark.parametrize(
    "text", ["", ":1", "a:", "a:0", "a:x", "a:-1", "a:1001", "a:²", "../x", "-x", "a b", "a" * 41]
)
def test_what_names_none(text: str) -> None:
    with pytest.raises(UsageError):
        asked(text)
