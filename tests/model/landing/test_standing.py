"""How a session stands to base, by what is known without asking."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from parallel_tui.model.fact import PENDING, Unknown
from parallel_tui.model.landing.standing import KnownTests, LandState, standing, standing_words
from parallel_tui.model.session.repository import Divergence
from parallel_tui.model.session.session import Session, SessionState
from parallel_tui.model.session.worktree import Operation, OperationKind
from tests.ui import samples

DONE = "Add login (tests pass)"


def made(
    state: SessionState = SessionState.IDLE,
    ahead: int = 2,
    behind: int = 0,
    subject: str | None = DONE,
    status: Any = None,
    **tree: Any,
) -> Session:
    home = replace(samples.tree("auth", "feature/auth", subject=subject), **tree)
    status = samples.work() if status is None else status
    return samples.session(home, "auth", state, status=status, divergence=Divergence(ahead, behind))


@pytest.mark.parametrize(
    ("session", "wanted"),
    [
        (made(), "✓ ready"),
        (made(SessionState.DONE), "✓ ready"),
        (made(behind=3), "✓ ready"),
        (made(subject="Add login"), "◇ untested"),
        (made(subject=None), "◇ untested"),
        (made(SessionState.WORKING), ""),
        (made(SessionState.WORKING, behind=3), "↓ 3 behind"),
        (made(status=samples.work(modified=1)), ""),
        (made(status=PENDING), ""),
        (made(status=Unknown("no")), ""),
        (made(branch=None), ""),
        (made(branch=None, operation=Operation(OperationKind.REBASE, "feature/auth", 1, 2)), ""),
        (made(ahead=0, behind=4), "✓ merged"),
        (made(ahead=0), "✓ merged"),
        (made(ahead=0, behind=4, status=samples.work(modified=1)), "↓ 4 behind"),
        (made(ahead=0, behind=4, subject=None), "↓ 4 behind"),
        (made(ahead=0, subject=None), ""),
        (made(missing=True), ""),
        (made(is_main=True), ""),
    ],
)
def test_words(session: Session, wanted: str) -> None:
    assert standing_words(standing(session)) == wanted


def test_a_conflict_is_said_before_anything_else() -> None:
    assert standing_words(standing(made(), 1)) == "⚠ 1 conflict"
    assert standing_words(standing(made(ahead=0), 2)) == "⚠ 2 conflicts"


def test_what_base_has_under_another_name_is_merged() -> None:
    assert standing(made(ahead=3), in_base=True).what is LandState.MERGED


def test_what_could_not_be_read_is_no_standing() -> None:
    lost = replace(made(), divergence=Unknown("git did not answer"))
    assert standing(lost, in_base=True).what is LandState.UNDER_WAY


def test_where_a_command_checks_only_its_answer_counts() -> None:
    head = samples.tree("auth", "feature/auth").head
    assert head is not None
    for subject in (DONE, "Add login"):
        for passed, wanted in (({head: True}, "✓ ready"), ({head: False}, "✗ tests fail"),
                               ({}, "◇ untested"), ({"0" * 40: True}, "◇ untested")):  # fmt: skip
            found = standing(made(subject=subject), checked=KnownTests(passed))
            assert standing_words(found) == wanted


def test_what_is_outside_its_boundaries_is_not_ready() -> None:
    assert standing_words(standing(made(), outside=True)) == "✗ boundaries"
    assert standing_words(standing(made(SessionState.WORKING, behind=2), outside=True)) == (
        "↓ 2 behind"
    )
