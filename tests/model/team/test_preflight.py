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
    assert found.evidence == ("src/auth/session.ts: both are told of it",)


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
    (why,) = found.evidence
    assert why == ("docs/readme.md: a shares words with 1 commit that changed it, b is told of it")


def test_words_are_shown_as_the_session_has_them() -> None:
    """Not by the form in which they are compared, and as one word or as two."""
    one = team(a="Caching of invoices", b="An invoice is wrong")
    (found,) = expected(one, ("src/invoice.py", "src/cache/invoices.py"), ())
    assert set(found.evidence) == {
        "src/invoice.py: a has the word 'invoices', b has the word 'invoice'",
        "src/cache/invoices.py: a has the words 'caching' and 'invoices', b has the word 'invoice'",
    }
    (found,) = expected(team(a="All invoices", b="Old invoices"), ("src/invoice.py",), ())
    assert found.evidence == ("src/invoice.py: both have the word 'invoices'",)


def test_common_words_say_nothing() -> None:
    assert not words_of("Fix the user data and tests of the new API")
    assert words_of("invoiceHandlers") == {"invoic": "invoice", "handl": "handlers"}


def test_without_anything_to_go_by_nothing_is_expected() -> None:
    assert expected(team(a="", b=""), TRACKED, ()) == ()
