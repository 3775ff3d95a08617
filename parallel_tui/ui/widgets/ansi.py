"""Parse captured terminal lines into styled text; only SGR colours are kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from rich.color import Color

from parallel_tui.model.text.safe import safe

BOLD, DIM, ITALIC, UNDERLINE, BLINK, REVERSE, CONCEAL, STRIKE, GRAPHICS = (
    1 << place for place in range(9)
)


class TextLook(NamedTuple):
    """Style of text at one point of a line.

    Attributes:
        front: Colour of the text; `None` for the terminal's own.
        back: Colour behind it; `None` for the terminal's own.
        bits: Attributes, such as `BOLD`, or-ed.
    """

    front: Color | None = None
    back: Color | None = None
    bits: int = 0


class Piece(NamedTuple):
    """A run of text in one style."""

    text: str
    look: TextLook


PLAIN: Final = TextLook()

_SEQUENCE: Final = re.compile(
    r"(?:\x1b\[|\x9b)(?P<sgr>[0-9;:]*)m"
    r"|(?P<charset>[\x0e\x0f])"
    r"|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"
    r"|(?:\x1b[PX^_]|[\x90\x98\x9e\x9f])[^\x1b\x9c]*(?:\x1b\\|\x9c)?"
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"
    r"|\x1b[ -/]*[0-~]?"
)

_SETS: Final = {
    1: BOLD,
    2: DIM,
    3: ITALIC,
    4: UNDERLINE,
    5: BLINK,
    6: BLINK,
    7: REVERSE,
    8: CONCEAL,
    9: STRIKE,
    21: UNDERLINE,
}
_CLEARS: Final = {
    22: BOLD | DIM,
    23: ITALIC,
    24: UNDERLINE,
    25: BLINK,
    27: REVERSE,
    28: CONCEAL,
    29: STRIKE,
}

# What the shifted character set of a VT100 shows; tmux passes it on as it was drawn.
_GRAPHICS: Final = str.maketrans("`afgjklmnopqrstuvwxyz{|}~", "◆▒°±┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·")

# tmux gives a symbol with a variation selector one cell, Textual two.
_SELECTORS: Final = dict.fromkeys((0xFE0E, 0xFE0F))


def parse(line: str, look: TextLook = PLAIN) -> tuple[tuple[Piece, ...], TextLook]:
    """Split one captured line into pieces.

    Args:
        line: As captured, with escape sequences.
        look: The look in which the line before ended; tmux does not repeat it.

    Returns:
        Pieces without any control character, and the look at the line's end.
    """
    if "\x1b" not in line and line.isprintable():
        return ((_piece(line, look),) if line else ()), look
    pieces: list[Piece] = []
    place = 0
    for match in _SEQUENCE.finditer(line):
        start, end = match.span()
        if start > place:
            pieces.append(_piece(line[place:start], look))
        place = end
        kind = match.lastgroup
        if kind == "sgr":
            look = after(look, match["sgr"])
        elif kind == "charset":
            bits = look.bits | GRAPHICS if match["charset"] == "\x0e" else look.bits & ~GRAPHICS
            look = look._replace(bits=bits)
    if place < len(line):
        pieces.append(_piece(line[place:], look))
    return tuple(pieces), look


def _piece(text: str, look: TextLook) -> Piece:
    if look.bits & GRAPHICS:
        text = text.translate(_GRAPHICS)
    if not text.isascii():
        text = text.translate(_SELECTORS)
    return Piece(text if text.isprintable() else safe(text, len(text)), look)


@lru_cache(4096)
def after(look: TextLook, parameters: str) -> TextLook:
    """The style after an SGR sequence; unknown codes are ignored."""
    front, back, bits = look
    # Only underline styles and colours are written with colons (ITU T.416).
    groups = [group.split(":") for group in parameters.split(";")]
    place = 0
    while place < len(groups):
        group = groups[place]
        code = _number(group[0])
        place += 1
        if code == 0:
            front, back, bits = None, None, bits & GRAPHICS
        elif code in (38, 48, 58):
            if len(group) > 1:
                colour = _colour_of_colons(group[1:])
            else:
                colour, used = _colour_of(groups[place:])
                place += used
            if code == 38:
                front = colour or front
            elif code == 48:
                back = colour or back
        elif code == 4 and len(group) > 1 and _number(group[1]) == 0:
            bits &= ~UNDERLINE
        elif code in _SETS:
            bits |= _SETS[code]
        elif code in _CLEARS:
            bits &= ~_CLEARS[code]
        elif 30 <= code <= 37 or 90 <= code <= 97:
            front = indexed(code - 30 if code < 90 else code - 82)
        elif 40 <= code <= 47 or 100 <= code <= 107:
            back = indexed(code - 40 if code < 100 else code - 92)
        elif code == 39:
            front = None
        elif code == 49:
            back = None
    return TextLook(front, back, bits)


@lru_cache(256)
def indexed(number: int) -> Color:
    """A colour of the 256 colour palette; the first sixteen are the theme's."""
    return Color.from_ansi(number)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else (0 if not text else -1)


def _colour_of(rest: Sequence[Sequence[str]]) -> tuple[Color | None, int]:
    """The colour after `38;` or `48;`, and the number of parameters used."""
    numbers = [_number(group[0]) for group in rest[:4]]
    if len(numbers) >= 2 and numbers[0] == 5:
        return (indexed(numbers[1]) if 0 <= numbers[1] < 256 else None), 2
    if len(numbers) == 4 and numbers[0] == 2:
        return _rgb(numbers[1:]), 4
    return None, len(numbers)


def _colour_of_colons(group: Sequence[str]) -> Color | None:
    numbers = [_number(text) for text in group]
    if len(numbers) >= 2 and numbers[0] == 5:
        return indexed(numbers[1]) if 0 <= numbers[1] < 256 else None
    # `2:r:g:b` in the wild, `2:space:r:g:b` by the book.
    if len(numbers) >= 4 and numbers[0] == 2:
        return _rgb(numbers[2:5] if len(numbers) >= 5 else numbers[1:4])
    return None


def _rgb(numbers: Sequence[int]) -> Color | None:
    if len(numbers) == 3 and all(0 <= number < 256 for number in numbers):
        return Color.from_rgb(*numbers)
    return None
