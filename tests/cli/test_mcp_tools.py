"""What the tools of agents mean as command lines; the SDK is not needed for that."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallel_tui.cli.commands.locks import run_lock, run_unlock
from parallel_tui.cli.mcp.tools import BY_NAME, INSTRUCTIONS, TOOLS
from parallel_tui.cli.parser import parse
from parallel_tui.errors import UsageError

TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
"""Anything that an argument can be, dashes in front and newlines included."""
NAMES = {
    *("sessions", "locks", "lock", "unlock", "would_conflict", "handoffs", "send_handoff"),
    *("events", "can_land"),
}


def understood(name: str, **given: object) -> Any:
    """What the program understands of the line that a tool makes."""
    words = BY_NAME[name].command(given)  # type: ignore[arg-type]
    parsed = parse(words)
    assert parsed is not None
    assert parsed.json is True
    return parsed


@given(st.lists(TEXTS, min_size=1), TEXTS, st.booleans())
def test_locks_are_taken_as_they_were_named(paths: list[str], reason: str, take: bool) -> None:
    told = understood("lock", paths=paths, reason=reason, take=take)
    assert told.run is run_lock
    assert (told.paths, told.reason, told.take) == (paths, reason, take)
    assert (told.check, told.session) == (False, None)


@given(st.lists(TEXTS), st.booleans())
def test_locks_are_released_as_they_were_named(paths: list[str], everything: bool) -> None:
    told = understood("unlock", paths=paths, all=everything)
    assert told.run is run_unlock
    assert (told.paths, told.all, told.force, told.session) == (paths, everything, False, None)


@given(TEXTS, TEXTS, TEXTS, st.lists(TEXTS))
def test_a_handoff_is_sent_as_it_was_worded(
    to: str, task: str, context: str, files: list[str]
) -> None:
    told = understood("send_handoff", to=to, task=task, context=context, files=files)
    assert (told.to, told.task, told.context, told.file) == (to, task, context, files)
    assert (told.verb, told.session, told.anyway) == ("send", None, False)


@given(TEXTS)
def test_a_path_is_asked_about_as_it_is_named(path: str) -> None:
    told = understood("would_conflict", path=path, lines="3-7")
    assert (told.path, told.lines, told.name) == (path, (3, 7), None)


@given(TEXTS)
def test_handoffs_and_events(to: str) -> None:
    told = understood("handoffs", to=to, all=True)
    assert (told.verb, told.to, told.all) == ("list", to, True)
    assert understood("events", unread=True).unread is True
    assert understood("events").unread is False
    assert (understood("can_land").mine, understood("can_land").brief) == (True, True)
    assert understood("locks", **{}) is not None
    assert understood("sessions") is not None


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("lock", {}, "needs the argument 'paths'"),
        ("lock", {"paths": "src"}, "'paths' must be a list of texts"),
        ("lock", {"paths": ["a", 1]}, "'paths' must be a list of texts"),
        ("lock", {"paths": ["a"], "session": "other"}, "has no argument 'session'"),
        ("lock", {"paths": ["a\0b"]}, "zero byte"),
        ("lock", {"paths": ["\ud83d"]}, "half a character"),
        ("unlock", {"all": "yes"}, "'all' must be true or false"),
        ("would_conflict", {"path": 5}, "'path' must be a text"),
        ("would_conflict", {"path": None}, "needs the argument 'path'"),
        ("sessions", {"x": 1}, "has no argument 'x'"),
    ],
)
def test_what_is_no_argument(name: str, given: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        BY_NAME[name].command(given)


def test_nobody_speaks_for_another_session_or_overrides_one() -> None:
    assert {tool.name for tool in TOOLS} == NAMES
    for tool in TOOLS:
        assert not {"session", "force", "anyway"} & set(tool.properties)
        assert tool.schema["additionalProperties"] is False
    assert {tool.name for tool in TOOLS if not tool.reads} == {"lock", "unlock", "send_handoff"}


def test_the_instructions_name_tools_that_there_are() -> None:
    assert len(INSTRUCTIONS) < 2000  # clients cut them off
    for name in ("would_conflict", "send_handoff", "can_land"):
        assert name in INSTRUCTIONS
