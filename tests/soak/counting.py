"""Counting the objects that are alive."""

from __future__ import annotations

import asyncio
import gc
import heapq
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any, cast

Act = Callable[[int], Awaitable[None]]

SLACK = 0.5
"""Objects that each further act may leave on average: a list that will soon be full."""


def alive() -> Counter[str]:
    """How many objects of each type there are."""
    gc.unfreeze()
    gc.collect()
    gc.collect()
    return Counter(
        f"{type(each).__module__}.{type(each).__qualname__}" for each in gc.get_objects()
    )


def _drop_cancelled_timers() -> None:
    """Forget timers that were cancelled: asyncio keeps up to a hundred until they were due."""
    loop = cast("Any", asyncio.get_running_loop())
    kept = []
    for timer in loop._scheduled:
        if timer.cancelled():
            timer._scheduled = False
        else:
            kept.append(timer)
    heapq.heapify(kept)
    loop._scheduled[:] = kept
    loop._timer_cancelled_count = 0


async def grows(
    act: Act, settle: Callable[[], Awaitable[None]], *, first: int, times: int, spare: int = 200
) -> str:
    """What an act leaves behind; empty when it leaves nothing.

    Args:
        act: Told its number.
        settle: Waits until everything that the acts set off is done.
        first: Acts before anything is counted: caches with a bound fill up.
        times: Acts that are counted, in two halves: what is flat in either is a cache being
            filled or a collection that was late.
        spare: Objects that may be left in all: colours and the like in caches with a bound.
    """
    for number in range(first):
        await act(number)
    await settle()
    _drop_cancelled_timers()
    halves = []
    for half in range(2):
        before = alive()
        for number in range(times // 2):
            await act(first + half * (times // 2) + number)
        await settle()
        _drop_cancelled_timers()
        halves.append(alive() - before)
        if sum(halves[-1].values()) <= SLACK * (times // 2) + spare:
            return ""
    return "\n".join(f"{count:>7} {name}" for name, count in halves[-1].most_common(15))
