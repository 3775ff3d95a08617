"""How busy the machine is, in words, and what was used over the last minutes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from parallel_tui.model.machine.load import Machine, too_many
from parallel_tui.model.machine.trend import STEP, STEPS, Trend, spark, together

GIB = 1 << 30
CALM = Machine(2, 0.5, 8 * GIB, 4 * GIB)


def test_too_many_sessions_have_a_reason_and_enough_have_none() -> None:
    assert too_many(3, 4, CALM) is None
    said = "4 sessions beside the main worktree already; 4 is the limit set by max_sessions"
    assert too_many(4, 4, None) == said
    assert too_many(4, 4, CALM) == f"{said} (load 0.5 on 2 cores, 4.0 of 8.0 GiB memory free)"
    busy = too_many(4, 4, Machine(1, 3.0))
    assert busy == f"{said}, and the machine is busy: load 3.0 on 1 core"
    short = too_many(4, 4, Machine(2, 3.0, 8 * GIB, GIB // 2))
    assert short is not None
    assert "memory is short" in short


@given(st.lists(st.tuples(st.integers(0, 400), st.floats(0.1, 200)), min_size=1, max_size=40))
def test_a_trend_keeps_what_was_used_in_the_time_it_shows(used: list[tuple[int, float]]) -> None:
    trend, now = Trend.new(), 1000.0
    trend.add(0, now)
    for value, seconds in used:
        now += seconds
        trend.add(value, now)
    told = trend.told()
    assert len(told) <= STEPS
    assert max(told, default=0) <= max(value for value, _ in used)
    if len({value for value, _ in used}) == 1 and now - 1000.0 > 2 * STEP:
        assert told == () or told[-1] == used[0][0]


def test_a_trend_is_a_mean_of_each_step_that_is_over() -> None:
    trend = Trend.new()
    for value, now in ((0, 0.0), (100, 15.0), (0, 30.0), (40, 60.0), (80, 75.0)):
        trend.add(value, now)
    assert trend.told() == (50, 40)
    assert together([(1, 2), (), (5,)]) == (1, 7)


@given(st.lists(st.integers(0, 10_000), max_size=20), st.integers(0, 500))
def test_bars_are_as_many_as_values_and_grow_with_them(values: list[int], highest: int) -> None:
    bars = spark(values, highest)
    assert len(bars) == len(values)
    assert sorted(bars) == [bar for _, bar in sorted(zip(values, bars, strict=True))]
