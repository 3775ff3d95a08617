"""Reading back what tmux prints, whatever stands in it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallel_tui.adapters.panes.names import decode, encode, session_name, window_name
from parallel_tui.adapters.tmux.listing import commands, listing_of, new_mark
from parallel_tui.adapters.tmux.names import argument
from parallel_tui.adapters.tmux.screens import independent_lines
from parallel_tui.errors import MuxError

ANY = st.text(st.characters(codec=None, exclude_characters="\x00"), max_size=40)
COMMON = "/repo/my app/.git"


def record(mark: str, **fields: str) -> str:
    """A line as tmux prints it for the format that `commands` asks for."""
    template = commands(mark, ())[0][-1]
    values = {
        "pane_id": "%1",
        "window_id": "@1",
        "session_id": "$0",
        "window_index": "0",
        "pane_width": "80",
        "pane_height": "24",
        "pane_pid": "7",
        **fields,
    }
    return re.sub(r"#\{([^}]*)\}", lambda found: values.get(found[1], ""), template) + "\n"


@given(ANY, ANY, ANY, ANY)
def test_any_name_title_command_and_directory_survive(
    name: str, title: str, command: str, path: str
) -> None:
    mark = new_mark()
    line = record(
        mark,
        window_name=name,
        pane_title=title,
        pane_current_command=command,
        pane_current_path=path,
    )
    (window,) = listing_of(mark, line + record(mark, pane_id="%2"), COMMON).windows
    first, second = window.panes
    assert (window.name, first.title, first.command, first.path) == (name, title, command, path)
    assert second.id == "%2"


def test_a_window_in_several_sessions_is_listed_once_and_rather_in_ours() -> None:
    mark = new_mark()
    ours = {"session_id": "$9", "@pdev_repo": encode(COMMON), "session_name": "z"}
    watched = {"session_id": "$5", "session_attached": "1", "session_name": "b"}
    lines = [
        record(mark, session_name="a"),
        record(mark, **watched),
        record(mark, **ours, window_index="4"),
        record(mark, window_id="@2", pane_id="%2", session_name="a"),
        record(mark, window_id="@2", pane_id="%2", **watched),
    ]
    listing = listing_of(mark, "".join(lines), COMMON)
    assert [(w.id, w.session_id, w.ours, w.index) for w in listing.windows] == [
        ("@2", "$5", False, 0),
        ("@1", "$9", True, 4),
    ]
    assert all(len(window.panes) == 1 for window in listing.windows)


def test_the_session_of_another_repository_is_not_ours() -> None:
    mark = new_mark()
    line = record(mark, **{"@pdev_repo": encode("/repo/other/.git"), "@pdev_session": "auth"})
    (window,) = listing_of(mark, line, COMMON).windows
    assert not window.ours


def test_a_format_that_tmux_answers_differently_is_an_error_not_an_empty_list() -> None:
    mark = new_mark()
    with pytest.raises(MuxError, match="fields"):
        listing_of(mark, f"{mark}<%1{mark}|@1{mark}>\n", COMMON)


def test_only_ids_of_panes_are_ever_captured() -> None:
    evil = ["%1 ; kill-server", "work:", "", "%", "%½"]
    assert len(commands("|m|", evil)) == 1
    assert len(commands("|m|", ["%12"])) == 2


@given(ANY)
def test_option_values_come_back_and_hold_nothing_special(text: str) -> None:
    try:
        text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return  # not a text that can come from a file system
    value = encode(text)
    assert re.fullmatch(r"[A-Za-z0-9_./=-]*", value)
    assert decode(value) == text


@given(ANY, st.sets(st.sampled_from(["pdev", "pdev-pdev", "a", "a-pdev", "a-pdev-2"])))
def test_names_for_tmux_are_harmless_and_never_anothers(text: str, taken: set[str]) -> None:
    assert re.fullmatch(r"[A-Za-z0-9._/][A-Za-z0-9._/-]{0,59}", window_name(text))
    for wish in (text, "a"):
        name = session_name(wish, taken)
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,75}", name)
        assert name not in taken


def test_a_semicolon_at_the_end_of_an_argument_begins_no_command() -> None:
    assert [argument(text) for text in ("a;", "a;b", ";", "a")] == ["a\\;", "a;b", "\\;", "a"]


def test_each_row_of_a_screen_brings_its_colours_and_lines() -> None:
    rows = ["\x1b[31mred", "still", "\x1b[0mplain", "\x1b[1m\x0elqk", "x\x0fx", "\x1b[mend"]
    assert independent_lines(rows) == (
        "\x1b[31mred",
        "\x1b[31mstill",
        "\x1b[31m\x1b[0mplain",
        "\x1b[1m┌─┐",
        "\x1b[1m│x",
        "\x1b[1m\x1b[mend",
    )


def test_a_sequence_that_resets_and_sets_replaces_what_was_on() -> None:
    rows = independent_lines(["\x1b[1mbold", "\x1b[0;32mgreen", "next"])
    assert rows[2] == "\x1b[0;32mnext"


def test_rows_without_any_reset_do_not_grow_without_end() -> None:
    rows = independent_lines([f"\x1b[38;5;{number % 3}mx" for number in range(500)])
    assert max(map(len, rows)) < 300
    assert rows[-1].endswith("\x1b[38;5;1mx")


def test_other_escape_sequences_are_dropped() -> None:
    (row,) = independent_lines(
        ["\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\\x1b[2J\x1b]52;c;eA==\x07"]
    )
    assert row == "link"
