"""Captured lines keep their colours and lose everything else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import Color

from parallel_tui.ui.widgets import ansi
from parallel_tui.ui.widgets.ansi import PLAIN, Piece, TextLook, parse
from tests.ui.samples import HOSTILE


def text(line: str) -> str:
    return "".join(piece.text for piece in parse(line)[0])


@pytest.mark.parametrize(
    ("codes", "look"),
    [
        ("31", TextLook(Color.from_ansi(1))),
        ("97;104", TextLook(Color.from_ansi(15), Color.from_ansi(12))),
        ("38;5;208", TextLook(Color.from_ansi(208))),
        ("48;2;1;2;3", TextLook(None, Color.from_rgb(1, 2, 3))),
        ("38:2::1:2:3", TextLook(Color.from_rgb(1, 2, 3))),
        ("38:2:1:2:3", TextLook(Color.from_rgb(1, 2, 3))),
        ("58;5;9;31", TextLook(Color.from_ansi(1))),
        ("1;2;3;4;7;9", TextLook(None, None, sum((1, 2, 4, 8, 32, 128)))),
        ("1;22;3;23", PLAIN),
        ("4:3;4:0", PLAIN),
        ("31;0;1", TextLook(None, None, ansi.BOLD)),
        ("38;5;999;1", TextLook(None, None, ansi.BOLD)),
        ("38;2", PLAIN),
        ("99999999999", PLAIN),
        ("", PLAIN),
    ],
)
def test_sgr(codes: str, look: TextLook) -> None:
    assert parse(f"\x1b[{codes}mx") == ((Piece("x", look),), look)


def test_a_look_goes_on_in_the_next_line() -> None:
    _, end = parse("\x1b[32mgreen")
    assert parse("still", end)[0] == (Piece("still", TextLook(Color.from_ansi(2))),)


@pytest.mark.parametrize(
    "line",
    [
        "a\x1b]52;c;aGk=\x07b",
        "a\x1b]8;;http://x\x1b\\b",
        "a\x1b]0;never ended",
        "a\x1b[2Jb",
        "a\x9b2Jb",
        "a\x9d0;title\x9cb",
        "a\x1bPdcs\x1b\\b",
        "a\x1b(Bb",
        "ab\x1b",
        "ab\x1b[",
    ],
)
def test_other_sequences_leave_nothing(line: str) -> None:
    assert text(line) in ("ab", "a")


def test_line_drawing_and_selectors() -> None:
    assert text("\x0elqk\x0flqk") == "┌─┐lqk"
    assert text("⚠\ufe0f") == "⚠"


@given(st.text() | st.text("\x1b[]0123456789;:m\x07\x9b\x0e\x9d\\ax"))
def test_nothing_that_comes_out_can_command_a_terminal(line: str) -> None:
    shown = text(line)
    assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in shown)
    assert not set(shown) & set("\u202e\u2066\u200e\u2028")


def test_hostile_names() -> None:
    for name in HOSTILE:
        assert "\x1b" not in text(name)
        assert "\u202e" not in text(name)
