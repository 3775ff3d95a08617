"""What a start has done is known from its record, however it was cut off."""

from __future__ import annotations

import pytest

from parallel_tui.model.team.record import MadeSession, record_of

MADE = MadeSession("a", "feature/a", "/w/a", "0" * 40, creates_branch=True)


def test_lines_add_up_to_what_was_done() -> None:
    record = record_of(
        "up-1",
        [
            {"what": "begin", "team": "t", "when": 5},
            {"what": "tasks", "session": "a", "texts": ["x"]},
            MADE.as_json(),
            {"what": "boundaries", "path": "/p", "before": None, "after": "x"},
            {"what": "again", "when": 9},
            MADE.as_json(),
            {"what": "something newer"},
        ],
    )
    assert record.sessions == (MADE,)
    assert (record.when, record.ended, record.undoable) == (9.0, False, True)
    assert record.config == ("/p", None, "x")
    assert record.tasks == (("a", ("x",)),)


def test_a_record_of_nothing_cannot_be_undone() -> None:
    assert not record_of("up-1", [{"what": "begin", "team": "t"}]).undoable
    with pytest.raises(ValueError, match="no beginning"):
        record_of("up-1", [{"what": "end"}])
