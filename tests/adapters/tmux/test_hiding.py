"""Which tmux session a listener may be in. Pure; what tmux does with it is in `test_watching`."""

from __future__ import annotations

from dataclasses import replace

import pytest

from parallel_tui.adapters.tmux.listening.hiding import (
    ALL_DOOMED,
    ALL_LOOKED_AT,
    ALL_RANG,
    ENDS_WITH_CLIENTS,
    NoPlaceError,
    Room,
    choose,
    hook_among,
)

EMPTY = Room("$1", attached=0, activity=100, rang=False, ends=False)


def why(*rooms: Room) -> str:
    """Why there is no place."""
    with pytest.raises(NoPlaceError) as raised:
        choose(rooms)
    return str(raised.value)


def test_it_is_one_that_nobody_looks_at_and_of_these_the_one_used_last() -> None:
    later = replace(EMPTY, id="$2", activity=200)
    seen = replace(EMPTY, id="$3", attached=1, activity=300)
    assert choose([EMPTY, later, seen]).id == "$2"


def test_a_bell_that_nobody_saw_stays_unseen() -> None:
    rang = replace(EMPTY, id="$2", activity=200, rang=True)
    assert choose([EMPTY, rang]).id == "$1"
    assert why(rang) == ALL_RANG


def test_where_everybody_is_seen_it_is_one_of_these_unless_panes_are_told_of_it() -> None:
    seen = replace(EMPTY, attached=2)
    assert choose([seen, replace(seen, id="$2", activity=1)]).id == "$1"
    assert why(replace(seen, focus=True)) == ALL_LOOKED_AT
    assert choose([replace(seen, focus=True), replace(EMPTY, id="$2", focus=True)]).id == "$2"


def test_a_server_that_ends_with_its_last_client_gets_none() -> None:
    assert why(EMPTY, replace(EMPTY, id="$2", ends=True)) == ENDS_WITH_CLIENTS


def test_a_session_that_ends_when_nobody_looks_is_left_alone() -> None:
    doomed = replace(EMPTY, id="$2", activity=200, doomed=True)
    assert choose([EMPTY, doomed]).id == "$1"
    assert why(doomed) == ALL_DOOMED


def test_it_is_rather_one_that_pdev_made() -> None:
    assert choose([replace(EMPTY, id="$2", activity=200), replace(EMPTY, ours=True)]).id == "$1"


@pytest.mark.parametrize(
    ("listed", "found"),
    [
        ("after-new-window\nclient-attached\nclient-detached\n", None),
        ("client-resized[0] display-message x\nclient-attached-x[1] y\n", None),
        ("alert-bell\nclient-detached[77] run-shell 'echo'\n", "client-detached"),
        ("client-session-changed[0] display-message client-attached\n", "client-session-changed"),
    ],
)
def test_only_a_hook_that_would_run_for_it_keeps_it_away(listed: str, found: str | None) -> None:
    assert hook_among(listed) == found
