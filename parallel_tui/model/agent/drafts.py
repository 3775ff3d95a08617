"""Tell from an agent's screen whether its input is empty, so that a prompt can be typed there.

What is known is how Claude Code 2.1.197 and 2.1.332 were seen to draw their input: a row that
begins with a mark, the terminal's cursor behind it, and suggestions in grey. Anything else counts
as a prompt that somebody has begun, for nothing is ever typed blind.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_MARKS: Final = ("❯", ">")
_BLANKS: Final = " │\N{NO-BREAK SPACE}"
"""What may stand behind the mark of an empty input; the first blank does not break."""
_PIECES: Final = re.compile(r"\x1b\[([0-9;]*)m|\x1b\[[0-9;?]*[A-Za-z]|([^\x1b]+)")
_GREYS: Final = frozenset(range(232, 251))
"""Colours of the palette in which suggestions are drawn, beside the faint style."""


def drafting(kind: str, screen: str, cursor: tuple[int, int]) -> bool:
    """Whether something stands in an agent's input, or may.

    Args:
        kind: Kind of agent: `claude`.
        screen: What its pane shows, one line a row, with SGR colour sequences.
        cursor: Column and row of the cursor, from 0.
    """
    rows = screen.split("\n")
    column, row = cursor
    if kind != "claude" or row >= len(rows):
        return True
    shown, written = "", ""
    faint = False
    for style, text in _PIECES.findall(rows[row]):
        if text:
            shown += text
            written += " " * len(text) if faint else text
        else:
            faint = _faint(style, was=faint)
    box = shown.lstrip("│ ")
    if not box.startswith(_MARKS):
        return True
    begin = len(shown) - len(box)
    return column != begin + 2 or written[begin + 1 :].strip(_BLANKS) != ""


def _faint(style: str, *, was: bool) -> bool:
    """Whether text is drawn as a suggestion after a change of style."""
    codes = [int(code) if code else 0 for code in style.split(";")]
    place = 0
    while place < len(codes):
        code = codes[place]
        if code in (0, 22, 39):
            was = False
        elif code == 2 or code == 90:
            was = True
        elif code in (38, 48) and codes[place + 1 : place + 2] == [5]:
            if code == 38:
                was = codes[place + 2 : place + 3] != [] and codes[place + 2] in _GREYS
            place += 2
        elif code in (38, 48):
            was = was and code != 38
            place += 4
        elif 30 <= code <= 37 or 91 <= code <= 97:
            was = False
        place += 1
    return was
