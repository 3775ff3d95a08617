"""Overlaps that are expected before anything is started, each with its evidence."""

from __future__ import annotations

from parallel_tui.model.team.preflight import Commit, expected, words_of
from parallel_tui.model.team.reading import team_of
from parallel_tui.model.team.team import Team

TRACKED = (
    "src/auth/session.ts",
    "src/auth/login.ts",
    "src/payments/tax.ts",
    "src/payments/invoice.ts",
    "docs/readme.md",
)


def team(**prompts: str) -> Team:
    return team_of(
        {"sessions": {name: {"prompt": text} for name, text in prompts.items()}}, name="t"
    )


def test_a_file_that_both_are_told_of_is_the_evidence() -> None:
    (found,) = expected(
        team(a="Change src/auth/session.ts", b="Look at session.ts too", c="Write poems"),
        TRACKED,
        (),
    )
    assert (found.one, found.other) == ("a", "b")
    assert found.evidence == ("src/auth/session.ts: a is told of it, b is told of it",)


def test_files_that_were_changed_together_bring_two_sessions_together() -> None:
    history = [Commit("x", ("src/auth/login.ts", "src/payments/tax.ts"))] * 3
    both = team(a="Change src/auth/login.ts", b="Change src/payments/tax.ts")
    (found,) = expected(both, TRACKED, history)
    assert found.evidence == (
        "src/auth/login.ts (a) and src/payments/tax.ts (b) were changed together in 3 of 3 commits",
    )
    alone = [
        *history,
        *[
            Commit("y", (path,))
            for path in ("src/auth/login.ts", "src/payments/tax.ts")
            for _ in range(9)
        ],
    ]
    assert expected(both, TRACKED, alone) == (), "three of twelve says nothing"


def test_a_commit_of_the_whole_repository_says_nothing() -> None:
    many = tuple(f"f{n}" for n in range(60))
    history = [Commit("format everything", (*many, "src/auth/login.ts", "src/payments/tax.ts"))] * 9
    assert not expected(
        team(a="Change src/auth/login.ts", b="Change src/payments/tax.ts"), TRACKED, history
    )


def test_words_of_a_commit_lead_to_its_files() -> None:
    history = [Commit("Fix invoice rounding", ("docs/readme.md",))]
    (found,) = expected(
        team(a="The invoice rounding is wrong", b="Write docs/readme.md"), TRACKED, history
    )
    assert "docs/readme.md: a changed by 1 commit with its words, b is told of it" in found.evidence


def test_common_words_say_nothing() -> None:
    assert words_of("Fix the user data and tests of the new API") == frozenset()
    assert words_of("invoiceHandlers") == words_of("invoice handlers")


def test_without_anything_to_go_by_nothing_is_expected() -> None:
    assert expected(team(a="", b=""), TRACKED, ()) == ()
