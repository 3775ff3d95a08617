"""Looking at worktrees because their windows print: soon, and never for much of the processor."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import pytest

from parallel_tui.engine.sources.activity import ACTIVE_SHARE, LEAST, ActivityWatch
from parallel_tui.model.view.snapshot import WatchMode


class Queue:
    """Statuses that were read some seconds ago, and cost some."""

    def __init__(self, ages: dict[str, float], cost: float) -> None:
        self.ages, self.cost = ages, cost
        self.asked: set[str] = set()

    def last_full(self, key: str) -> tuple[float, float]:
        """When, by the steady clock, and what it took in seconds."""
        return time.monotonic() - self.ages[key], self.cost

    def ask(self, key: str, *, background: bool) -> None:
        """Note it."""
        assert background
        self.asked.add(key)


def asked(ages: dict[str, float], cost: float, *, silent: frozenset[str] = frozenset()) -> set[str]:
    """Whose status is asked for, where the windows of all others have just printed."""
    now = 1_750_000_000.0
    entries = [
        SimpleNamespace(
            key=key,
            worktree=object(),
            windows=(SimpleNamespace(activity=now - (3600 if key in silent else 0)),),
        )
        for key in ages
    ]
    facts: Any = SimpleNamespace(
        watch=WatchMode.ACTIVITY, clock=lambda: now, joined=lambda: entries
    )
    queue: Any = Queue(ages, cost)
    ActivityWatch(facts, queue).tick(None)
    return set(queue.asked)


@pytest.mark.parametrize(("age", "due"), [(LEAST / 2, False), (LEAST + 0.5, True)])
def test_one_that_prints_is_looked_at_soon(age: float, due: bool) -> None:
    assert asked({"a": age}, 0.01) == ({"a"} if due else set())


def test_one_that_is_silent_is_not_looked_at() -> None:
    assert asked({"a": 60.0, "b": 60.0}, 0.01, silent=frozenset({"a"})) == {"b"}


@pytest.mark.parametrize("count", [1, 5, 20, 50])
def test_all_that_print_together_take_a_small_share(count: int) -> None:
    cost = 0.06
    least = max(LEAST, ACTIVE_SHARE * cost * count)
    ages = {str(number): least * number / count for number in range(1, count + 1)}
    assert asked({**ages, "long ago": least * 2}, cost) == {"long ago"}
