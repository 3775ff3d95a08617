"""Reading back what GNU Screen tells, of any version: data, no process."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallel_tui.adapters.panes.known_servers import KnownServers
from parallel_tui.adapters.screen import quoting
from parallel_tui.adapters.screen.command import demand_version
from parallel_tui.adapters.screen.escape import key_in
from parallel_tui.adapters.screen.hardcopy import lines_of
from parallel_tui.adapters.screen.rows import (
    Leader,
    ListedWindow,
    Mine,
    is_it,
    leader,
    marked,
    paired,
    parse,
    parse_list,
)
from parallel_tui.adapters.screen.sockets import Sockets, folder_in
from parallel_tui.errors import MuxError

MARK = "|0123456789"


def told(*fields: str) -> str:
    """A window as `-Q windows` prints it for our format."""
    return f"{MARK}<" + f"{MARK}|".join(fields) + f"{MARK}>"


def test_4_9_tells_no_terminal_and_5_0_does() -> None:
    old = told("0", "", "", "0T", "api", "/bin/sh /tmp/x") + told("12", "!", "*", "12T", "a  b", "")
    assert parse(MARK, old) == (
        ListedWindow(0, "api", command="/bin/sh /tmp/x"),
        ListedWindow(12, "a  b", bell=True, shown=True),
    )
    new = told("0", "-@", "", "/dev/pts/7", "ünï", "cat")
    assert parse(MARK, new) == (ListedWindow(0, "ünï", terminal="/dev/pts/7", command="cat"),)


def test_a_long_command_may_be_cut_and_nonsense_is_nothing() -> None:
    cut = told("0", "", "", "", "api", "x" * 500).removesuffix(f"{MARK}>")
    assert [row.title for row in parse(MARK, cut)] == ["api"]
    assert parse(MARK, "-X: windows: too many arguments") == ()
    assert parse(MARK, told("x", "", "", "", "api", "")) == ()


def test_the_list_of_an_attached_session() -> None:
    known = [ListedWindow(2, "a long title that is cut", terminal="/dev/pts/1", command="cat")]
    text = "0 api  1*! dash  2 a long title that i  3- a  2 b  17$(L) sh"
    assert parse_list(text, known) == (
        ListedWindow(0, "api"),
        ListedWindow(1, "dash", bell=True, shown=True),
        ListedWindow(2, "a long title that is cut", terminal="/dev/pts/1", command="cat"),
        ListedWindow(3, "a  2 b"),
        ListedWindow(17, "sh"),
    )
    assert parse_list("", known) == ()


def test_a_window_is_known_by_its_terminal_then_by_its_command_then_by_its_number() -> None:
    hand, ours = Leader(10, 0, "/dev/pts/1"), Leader(11, 1, "/dev/pts/2", Mine("t0k3n", "a", "a"))
    assert paired([ListedWindow(0, "x"), ListedWindow(1, "y")], [hand, ours]) == {
        10: ListedWindow(0, "x"),
        11: ListedWindow(1, "y"),
    }
    # Numbers were exchanged: the command of ours tells, and the other one is what is left.
    moved = [ListedWindow(0, "y", command="/bin/sh /tmp/open-t0k3n"), ListedWindow(1, "x")]
    assert paired(moved, [hand, ours]) == {11: moved[0], 10: moved[1]}
    # So does each terminal, where it is told.
    modern = [
        ListedWindow(0, "y", terminal="/dev/pts/2"),
        ListedWindow(5, "x", terminal="/dev/pts/1"),
    ]
    assert paired(modern, [hand, ours]) == {11: modern[0], 10: modern[1]}


def test_where_nothing_tells_which_window_is_whose_none_is_guessed() -> None:
    left = [Leader(10, 0, "/dev/pts/1"), Leader(11, 1, "/dev/pts/2"), Leader(12, None, "")]
    assert paired([ListedWindow(4, "x"), ListedWindow(5, "y")], left[:2]) == {}
    assert paired([ListedWindow(0, "x")], left[2:]) == {12: ListedWindow(0, "x")}
    assert paired([], left) == {}


def test_the_mark_of_ours_counts_for_the_process_that_it_was_made_for() -> None:
    env = {"STY": "7.old-name", "WINDOW": "3", "WINDOW_BY_PDEV": "42:" + marked("t", "a:b", "c d")}
    assert leader(42, "7.new-name", "/dev/pts/1", env) == Leader(
        42, 3, "/dev/pts/1", Mine("t", "a:b", "c d")
    )
    passed_on = leader(43, "7.old-name", "/dev/pts/1", env)
    assert passed_on is not None
    assert passed_on.mine is None
    for strange in (None, {}, {**env, "STY": "8.x"}, {**env, "WINDOW": "²"}):
        assert leader(42, "7.x", "/dev/pts/1", strange) == Leader(42, None, "/dev/pts/1")
    assert leader(42, "7.x", "", env) is None, "a helper without a terminal"


@pytest.mark.parametrize(
    ("answer", "mine", "is_one"),
    [
        ("/dev/pts/1 cat", None, True),
        ("/dev/pts/2 /bin/sh /tmp/open-t0k", Mine("t0k", "a", "a"), False),
        ("0T /bin/sh /tmp/open-t0k", Mine("t0k", "a", "a"), True),
        ("0T cat", Mine("t0k", "a", "a"), False),
        ("0T cat", None, True),
    ],
)
def test_before_a_window_is_touched_it_tells_once_more_who_it_is(
    answer: str, mine: Mine | None, is_one: bool
) -> None:
    assert is_it(answer, Leader(9, 0, "/dev/pts/1", mine)) == is_one


def test_hardcopies_of_old_and_new_versions() -> None:
    assert lines_of("é─╭漢\n\n".encode(), 2, modern=True) == ("é─╭漢", "")
    # U+2500, U+2502 and é by their lowest bytes; a wide character with its filler
    assert lines_of(b"\x00\x02\xe9\x22\xff|\nb\n", 2, modern=False) == ('─│é"|', "b")


@given(st.text(max_size=900))
def test_pieces_of_a_text_are_short_and_whole(text: str) -> None:
    pieces = list(quoting.pieces(text, 60))
    assert all(len(piece.encode("utf-8", "surrogateescape")) <= 60 for piece in pieces)
    assert all(ord(each) >= 0x20 and each not in "^$\"'#" for piece in pieces for each in piece)
    assert server_reads("".join(pieces)) == text.encode("utf-8", "replace")


def server_reads(word: str) -> bytes:
    """What a server makes of a word in double quotes, by its rules for octal numbers."""
    data, made, at = word.encode("utf-8", "surrogateescape"), bytearray(), 0
    while at < len(data):
        if data[at : at + 1] == b"\\":
            made.append(int(data[at + 1 : at + 4], 8))
            at += 4
        else:
            made.append(data[at])
            at += 1
    return bytes(made)


@given(st.lists(st.text(st.characters(exclude_characters="\0", codec="utf-8")), max_size=4))
def test_a_line_for_eval_is_read_twice(words: list[str]) -> None:
    once = server_reads(quoting.line(words)).decode()
    inner = once.split('"')[1::2]
    assert [server_reads(each).decode() for each in inner] == words


@pytest.mark.parametrize(
    ("said", "folder"),
    [
        ("There is a screen on:\n\t1.a\t(Detached)\n1 Socket in /run/screen/S-me.\n", "S-me"),
        ("No Sockets found in /home/a.b c/.screen.\n\n", ".screen"),
        ("2 Sockets in /tmp/x.\r\n", "x"),
    ],
)
def test_where_sockets_are(said: str, folder: str) -> None:
    assert folder_in(said).endswith(f"/{folder}")


def test_an_answer_without_a_place_is_an_error() -> None:
    with pytest.raises(MuxError, match=r"where its sockets are: Directory .* must have mode 700"):
        folder_in("Directory /tmp/open must have mode 700.\n")


@pytest.mark.parametrize(
    ("said", "old"),
    [
        ("Screen version 4.00.03 (FAU) 23-Oct-06", True),
        ("Screen version 4.09.00 (GNU) 30-Jan-22", False),
        ("Screen version 5.0.0 (build on 2024-08-28 20:55:14) ", False),
        ("Screen from somewhere", False),
    ],
)
def test_versions(said: str, old: bool) -> None:
    if not old:
        return demand_version(said)
    with pytest.raises(MuxError, match=r"is too old: 4\.2"):
        demand_version(said)


@pytest.mark.parametrize(
    ("lines", "key"),
    [
        ([], "Ctrl+a"),
        (["escape ^Bb"], "Ctrl+b"),
        (['escape "^]]"', "# escape ^Zz", "startup_message off"], "Ctrl+]"),
        (["escape ``"], "`"),
        (["escape \\002b", 'escape "'], "Ctrl+b"),
        (["defescape ^Oo", "escape"], "Ctrl+o"),
    ],
)
def test_the_key_before_all_other_keys(lines: list[str], key: str) -> None:
    assert key_in(lines) == key


def test_a_directory_that_screen_will_not_use_is_told_before(tmp_path: Path) -> None:
    def check(folder: Path) -> None:
        Sockets({"SCREENDIR": str(folder)}, KnownServers(tmp_path / "known")).check()

    folder = tmp_path / "sockets"
    check(folder)  # GNU Screen makes it
    folder.mkdir(mode=0o700)
    check(folder)
    folder.chmod(0o755)
    with pytest.raises(MuxError, match="others may enter it"):
        check(folder)
    folder.rmdir()
    folder.touch()
    with pytest.raises(MuxError, match="not a directory"):
        check(folder)
    with pytest.raises(MuxError, match="Not a directory"):
        check(folder / "below")
