"""What two sides' changes come to, and which overlaps are news."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallel_tui.model.fact import PENDING, Unknown
from parallel_tui.model.overlap.pairs import Overlap, Pair, told_after, warnings
from parallel_tui.model.overlap.verdict import (
    IN_BASE,
    Conflict,
    ConflictKind,
    Level,
    PathChange,
    Span,
    Verdict,
    distance,
    judge,
)
from parallel_tui.model.overlap.words import conflicting


def seen(level: Level | None, *, stale: bool = False) -> Overlap:
    verdict = Unknown("busy") if level is None else Verdict(level)
    return Overlap("a", "b", verdict, stale=stale)


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ([1, 1, 1], [1]),
        ([1, 3, 3], [1, 3]),
        ([3, None, 3], [3]),
        ([3, 1, 3], [3, 3]),
        ([3, 0, 3], [3, 3]),
        ([0, None, 0], []),
        ([2, 4, 2], [2, 4]),
    ],
)
def test_an_overlap_is_told_once_and_again_when_it_rises(
    history: list[int | None], expected: list[int]
) -> None:
    told: dict[Pair, Level] = {}
    heard = []
    for number in history:
        now = [seen(None if number is None else Level(number))]
        heard += [warning.overlap.level for warning in warnings(told, now)]
        assert not warnings(told_after(told, now), now)
        told = dict(told_after(told, now))
    assert heard == expected


def test_stale_and_pending_are_no_news_and_gone_pairs_are_forgotten() -> None:
    told: dict[Pair, Level] = {("a", "b"): Level.NEAR}
    for now in (seen(Level.CONFLICT, stale=True), Overlap("a", "b", PENDING)):
        assert not warnings(told, [now])
        assert told_after(told, [now]) == told
    assert told_after(told, []) == {}
    (found,) = warnings(told, [seen(Level.CONFLICT)])
    assert found.before is Level.NEAR
    assert not warnings({}, [seen(Level.NEAR)], least=Level.CONFLICT)


def test_what_base_has_already_alarms_nobody() -> None:
    merged = Overlap("a", None, Verdict(Level.REBASE, notes=(IN_BASE,)))
    assert merged.level is Level.REBASE, "shown as what it is"
    assert not warnings({}, [merged])
    assert not told_after({}, [merged])
    assert conflicting([merged, seen(Level.REBASE)]) == (seen(Level.REBASE),)


def test_distance_counts_lines_of_base() -> None:
    assert distance([Span(3, 1)], [Span(3, 1)]) == 0
    assert distance([Span(3, 1)], [Span(4, 1)]) == 0
    assert distance([Span(3, 2)], [Span(8, 1)]) == 3
    assert distance([Span(3, 1), Span(50, 1)], [Span(40, 2)]) == 8
    assert distance([], [Span(1, 1)]) is None


def test_an_insertion_stands_between_lines() -> None:
    """After line 8 there are three lines from an edit of line 5: 6, 7 and 8."""
    assert distance([Span(5, 1)], [Span(8, 0)]) == 3
    assert distance([Span(5, 1)], [Span(9, 0)]) == 4
    assert distance([Span(5, 1)], [Span(4, 0)]) == 0
    assert distance([Span(5, 1)], [Span(1, 0)]) == 3
    assert distance([Span(5, 3)], [Span(6, 0)]) == 0
    assert distance([Span(5, 0)], [Span(5, 0)]) == 0
    assert distance([Span(5, 0)], [Span(7, 0)]) == 2
    assert distance([Span(0, 0)], [Span(0, 0)]) == 0


@given(st.integers(1, 30), st.integers(0, 3), st.integers(1, 30), st.integers(0, 3))
def test_distance_is_the_lines_that_stay_between(a: int, n: int, b: int, m: int) -> None:
    def boundaries(start: int, count: int) -> set[int]:
        """Ends of lines inside or at the edges of an edit; 0 is the top of the file."""
        first = start - 1 if count else start
        return set(range(first, first + count + 1))

    expected = min(abs(x - y) for x in boundaries(a, n) for y in boundaries(b, m))
    assert distance([Span(a, n)], [Span(b, m)]) == expected


SPANS = st.lists(st.builds(Span, st.integers(1, 40), st.integers(0, 5)), max_size=4)


@given(SPANS, SPANS)
def test_judging_is_symmetric(one: list[Span], other: list[Span]) -> None:
    assert distance(one, other) == distance(other, one)
    a, b = PathChange("f", "M", spans=tuple(one)), PathChange("f", "M", spans=tuple(other))
    assert judge([a], [b], []).level is judge([b], [a], []).level


def test_the_worst_path_decides() -> None:
    ours = [PathChange("f", "M", spans=(Span(1, 1),)), PathChange("g", "M", spans=(Span(1, 1),))]
    theirs = [PathChange("f", "M", spans=(Span(3, 1),)), PathChange("g", "M", spans=(Span(90, 1),))]
    replays = [Conflict("g", ConflictKind.CONTENT, "replaying abc: why")]
    verdict = judge(ours, theirs, [], replays=replays)
    assert verdict.level is Level.REBASE
    assert [(path.path, path.level) for path in verdict.paths] == [
        ("g", Level.REBASE),
        ("f", Level.NEAR),
    ]
    assert verdict.paths[0].ours == (Span(1, 1),)
    assert verdict.kinds == (ConflictKind.CONTENT,)
    assert judge(ours, theirs, [], replays=[]).level is Level.REBASE
    worse = judge(ours, theirs, [Conflict("g", ConflictKind.CONTENT, "why")], replays=replays)
    assert worse.level is Level.CONFLICT
    assert worse.paths[0].text == "why"
    assert worse.kinds == (ConflictKind.CONTENT,)
