"""Who owns what both: exact, against trying every path."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from parallel_tui.model.policy import core, meeting
from parallel_tui.model.policy.boundaries import Territory
from parallel_tui.model.policy.meeting import meet_outside, meetings
from parallel_tui.model.text.glob_tables import table_of
from parallel_tui.model.text.globs import compile_pattern
from tests.model.text.test_globs import PATHS, PATTERNS, claims

LISTS = st.lists(st.tuples(st.sampled_from(["", "", "!"]), PATTERNS).map("".join), max_size=3)


def owned(lines: list[str], path: str) -> bool:
    """Whether a list owns a path, as the evaluator says."""
    tables = [(int(text.startswith("!")), text, table_of(text.removeprefix("!"))) for text in lines]
    return core.covers(tables, path) is not None


def claimed(lines: list[str], path: str) -> bool:
    """The same where a last component such as `*.py` is taken for the name of a file."""
    last = [text for text in lines if owned([text.removeprefix("!")], path)][-1:]
    return any(
        not text.startswith("!")
        and claims(text, path)
        and not any(
            later.startswith("!") and owned([later[1:]], path) for later in lines[number + 1 :]
        )
        for number, text in enumerate(lines)
    ) and bool(last)


@example(["a/**", "!a/b/**"], ["a/b/**"])
@example(["**", "!a"], ["a", "b/"])
@given(LISTS, LISTS)
@settings(max_examples=300, deadline=None)
def test_two_lists_meet_exactly_where_brute_force_says(one: list[str], other: list[str]) -> None:
    found = list(meetings([Territory("one", tuple(one)), Territory("other", tuple(other))]))
    if found:
        (met,) = found
        assert met.witness is not None
        assert owned(one, met.witness), met
        assert owned(other, met.witness), met
    else:
        assert [path for path in PATHS if claimed(one, path) and claimed(other, path)] == []


def test_no_pair_is_left_out_and_none_told_twice() -> None:
    names = ["a", "b", "c"]
    found = list(meetings([Territory(name, ("src/**", "!src/x")) for name in names]))
    assert [(each.one, each.other) for each in found] == [("a", "b"), ("a", "c"), ("b", "c")]


def test_case_makes_owners_meet_only_where_it_is_ignored() -> None:
    lists = [Territory("a", ("SRC/[A-F]*",)), Territory("b", ("src/f.c",))]
    assert list(meetings(lists)) == []
    (met,) = meetings(lists, fold=True)
    assert met.witness == "src/f.c"


def test_lists_that_are_too_intricate_are_not_taken_for_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(meeting, "MOST_STEPS", 3)
    lists = [Territory("a", ("src/**",)), Territory("b", ("src/**", "!src/?????", "!src/?"))]
    (met,) = meetings(lists)
    assert met.witness is None
    with pytest.raises(OverflowError):
        meet_outside(compile_pattern("a/**"), compile_pattern("a/**"), [compile_pattern("a/?")])
