"""When a source is looked at again, and when its value is marked: invariants, for any history."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from parallel_tui.engine.looks import COMMITS, Looks, work_of
from parallel_tui.engine.retry import (
    FRESH,
    GIVE_UP_LAST,
    LONGEST,
    PATIENCE,
    Backoff,
    doubtful,
    doubtful_at,
    give_up_after,
    pause_after,
)

MINUTE = 60.0
SECONDS = st.floats(0, 10_000)


@given(st.integers(-5, 10**9), st.floats(0.01, LONGEST))
def test_pauses_grow_and_never_beyond_the_longest(failures: int, first: float) -> None:
    pause = pause_after(failures, first=first)
    assert first <= pause <= LONGEST
    assert pause <= pause_after(failures + 1, first=first)


@given(st.integers(0, 10**6))
def test_a_look_that_hangs_and_the_pause_after_it_are_over_within_a_minute(failures: int) -> None:
    assert give_up_after(failures) <= GIVE_UP_LAST < MINUTE
    assert LONGEST + PATIENCE < MINUTE


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 2 * LONGEST)), max_size=200))
def test_whatever_comes_the_pause_is_kept_and_only_time_makes_it_short_again(
    history: list[tuple[bool, float]],
) -> None:
    backoff, now, well_since, before = Backoff(), 0.0, None, 0.0
    for works, later in history:
        now += later
        if works:
            well_since = now if well_since is None else well_since
            backoff.well(now)
            continue
        pause = backoff.failed(now)
        assert 0 < pause <= LONGEST
        if well_since is None or now - well_since < LONGEST:
            assert pause >= before, "brief successes must not make a restart loop"
        else:
            assert pause == pause_after(1)
        well_since, before = None, pause


def test_a_child_that_dies_as_soon_as_it_is_ready_is_started_a_few_times_a_minute() -> None:
    backoff, now, starts = Backoff(first=0.2), 0.0, 0
    while now < 3600:
        starts += 1
        backoff.well(now)
        now += backoff.failed(now + 0.1) + 0.1
    assert starts < 3600 / LONGEST + 10


@given(
    st.booleans(),
    st.none() | SECONDS,
    st.none() | SECONDS,
    st.booleans(),
)
def test_what_is_in_doubt_is_so_from_the_moment_that_was_foretold(
    failed: bool, asked: float | None, looked: float | None, told: bool
) -> None:
    at = doubtful_at(asked=asked, looked=looked, told=told)
    if at is not None:
        assert doubtful(at + 0.001, failed=failed, asked=asked, looked=looked, told=told)
        assert doubtful(at - 0.001, asked=asked, looked=looked, told=told) is False
    elif looked is not None:
        assert doubtful(1e9, failed=failed, asked=asked, looked=looked, told=told) is failed
    else:
        assert not doubtful(1e9, failed=True, asked=asked, looked=None, told=told)


class _Time:
    def __init__(self) -> None:
        self.steady, self.wall = 100.0, 1_000_000.0

    def pass_by(self, seconds: float) -> None:
        self.steady += seconds
        self.wall += seconds


def _looks() -> tuple[Looks, _Time]:
    time = _Time()
    return Looks(lambda: time.wall, lambda: time.steady), time


def test_a_look_that_does_not_come_back_makes_its_value_old_and_one_that_does_new() -> None:
    looks, time = _looks()
    looks.done(work_of("a"), looks.begin(work_of("a")))
    time.pass_by(500)
    assert looks.as_of(work_of("a")) is None, "nobody told of a change"
    looks.begin(work_of("a"))
    assert looks.next_doubt(told=True) == PATIENCE
    time.pass_by(PATIENCE)
    assert looks.as_of(work_of("a")) == 1_000_000.0
    assert looks.overdue() == [work_of("a")]
    looks.done(work_of("a"), looks.begin(work_of("a")))
    assert looks.as_of(work_of("a")) is None
    assert looks.overdue() == []
    looks.failed(work_of("a"))
    assert looks.as_of(work_of("a")) == 1_000_510.0
    looks.keep([])
    assert looks.as_of(work_of("a")) is None


def test_where_nobody_tells_of_changes_a_value_is_old_after_a_minute() -> None:
    looks, time = _looks()
    looks.done(work_of("a"), looks.begin(work_of("a")))
    assert looks.next_doubt(told=False) == FRESH
    time.pass_by(FRESH)
    assert looks.as_of(work_of("a"), told=False) == 1_000_000.0
    assert looks.as_of(work_of("a"), told=True) is None


def test_a_clock_that_is_set_puts_nothing_in_doubt_and_takes_no_doubt_away() -> None:
    looks, time = _looks()
    looks.done(COMMITS, looks.begin(COMMITS))
    time.wall += 86_400
    assert looks.as_of(COMMITS, told=False) is None
    time.steady += FRESH
    time.wall -= 3 * 86_400
    assert looks.as_of(COMMITS, told=False) == 1_000_000.0
