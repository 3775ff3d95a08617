"""Doing one thing to many items, several at a time."""

from __future__ import annotations

import threading

import pytest

from parallel_tui.model import side_by_side
from tests.support.waiting import PATIENCE


def test_answers_stand_in_the_order_of_the_items() -> None:
    assert side_by_side.begin(lambda item: item * 2, range(50), threads=3)() == [
        *range(0, 100, 2),
    ]
    assert side_by_side.begin(str, [], threads=3)() == []


def test_as_many_at_a_time_as_there_are_threads_and_no_more() -> None:
    together = threading.Barrier(2)
    most, now, counting = 0, 0, threading.Lock()

    def meet(_: int) -> None:
        nonlocal most, now
        with counting:
            now += 1
            most = max(most, now)
        together.wait(PATIENCE)
        with counting:
            now -= 1
        together.wait(PATIENCE)

    side_by_side.begin(meet, range(6), threads=2)()
    assert most == 2


def test_the_first_failure_is_told_when_all_is_done() -> None:
    done: list[int] = []

    def fail(item: int) -> None:
        done.append(item)
        if item:
            raise ValueError(item)

    with pytest.raises(ValueError, match="1"):
        side_by_side.begin(fail, range(4), threads=2)()
    assert sorted(done) == [0, 1, 2, 3]
