"""Consent follows where a command came from, and covers exactly what was shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallel_tui.errors import RefusedError
from parallel_tui.model.settings.config import LAYOUTS, LayoutPane, Origin, Split
from parallel_tui.model.settings.consent import Approved, Ready, TrustNeededError, Wanted
from parallel_tui.model.settings.consent_question import (
    LARGEST,
    NamedFile,
    Question,
    ShellLine,
    visible,
)


def wanted(origin: Origin, *, agent: str = "bot", text: str = "npm ci") -> Wanted:
    panes = (*LAYOUTS["split"].panes, LayoutPane("make watch", Split.BELOW))
    return Wanted(
        (ShellLine(text, origin, "setup"),),
        ShellLine(agent, origin, "agent"),
        tuple((pane, ShellLine(pane.command, origin, "layout mine")) for pane in panes),
    )


def asked(what: Wanted) -> Question:
    with pytest.raises(TrustNeededError) as error:
        what.approve(lambda key: False)
    return error.value.question


@pytest.mark.parametrize("origin", list(Origin))
def test_only_what_the_repository_wrote_is_asked_about(origin: Origin) -> None:
    what = wanted(origin)
    if origin is not Origin.REPOSITORY:
        assert what.approve(lambda key: False).setup[0].text == "npm ci"
        return
    assert asked(what).content == "setup: npm ci\nagent: bot\nlayout mine: make watch"
    key = asked(what).key
    ready = what.approve(lambda given: given == key)
    assert [pane.command.text for pane in ready.window("hi")] == ["bot hi", "", "make watch"]


def test_nothing_is_approved_by_hand() -> None:
    with pytest.raises(TypeError, match="consent"):
        Approved("rm -rf /", object())
    with pytest.raises(AttributeError):
        Approved.__new__(Approved).text  # noqa: B018


@given(
    st.lists(st.tuples(st.sampled_from(["setup", "agent", "layout a: b"]), st.text()), max_size=3),
    st.lists(st.tuples(st.sampled_from(["setup", "agent", "layout a"]), st.text()), max_size=3),
)
def test_two_wordings_never_share_a_consent(
    one: list[tuple[str, str]], other: list[tuple[str, str]]
) -> None:
    first, second = (
        Question(tuple(ShellLine(text, Origin.REPOSITORY, use) for use, text in each))
        for each in (one, other)
    )
    assert (first.key == second.key) == (one == other)


def test_a_file_that_changed_is_another_question() -> None:
    command = (ShellLine("./setup.sh", Origin.REPOSITORY, "setup"),)
    before = Question(command, (NamedFile("setup.sh", "make\n", 5, "a" * 40),))
    after = Question(command, (NamedFile("setup.sh", "evil\n", 5, "b" * 40),))
    assert before.key != after.key
    assert before.content.endswith("setup.sh\n    make")


@pytest.mark.parametrize(
    "question",
    [
        Question((ShellLine("x" * (LARGEST + 1), Origin.REPOSITORY, "setup"),)),
        Question(
            (ShellLine("./x", Origin.REPOSITORY, "setup"),),
            (NamedFile("x", None, 10, "a" * 40),),
        ),
    ],
)
def test_what_cannot_be_shown_whole_is_not_asked_for(question: Question) -> None:
    with pytest.raises(RefusedError, match="cannot be") as error:
        question.demand_showable()
    assert "own configuration" in error.value.hint


@given(st.text(min_size=1))
def test_everything_shown_can_be_seen(text: str) -> None:
    shown = visible(text)
    assert shown.isprintable()
    assert len(shown) >= len(text)


def test_what_hides_is_named() -> None:
    assert visible("a\u202eb\x1b[8mc\u200b\u00a0\u3164\td") == (
        "a‹U+202E›b‹U+001B›[8mc‹U+200B›‹U+00A0›‹U+3164›→   d"
    )
    assert visible("npm ci && make 'ä'") == "npm ci && make 'ä'"


def test_a_prompt_is_filled_in_and_nothing_else() -> None:
    what = Wanted(
        (),
        ShellLine("go {prompt}", Origin.USER, "agent"),
        ((LayoutPane("cd x && {agent}; echo {y}"), ShellLine("cd x && {agent}; echo {y}",
          Origin.USER, "layout")),),
    )  # fmt: skip
    ready = what.approve(lambda key: False)
    assert isinstance(ready, Ready)
    assert ready.window("a b")[0].command.text == "cd x && go 'a b'; echo {y}"
