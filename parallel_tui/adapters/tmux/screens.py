"""Split captured pane contents into rows that can be drawn one by one.

`capture-pane -e` carries colours and the line-drawing character set over the end of a row.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_SGR: Final = re.compile(r"\x1b\[([0-9;:]*)m")
_OTHER_ESCAPES: Final = re.compile(
    r"\x1b(?:\][^\x07\x1b]*(?:\x07|\x1b\\)|P[^\x1b]*\x1b\\|\[[0-9;:?<=>]*[@-ln-~]|[()*+][0-9A-B])"
)
_SHIFT_OUT: Final = "\x0e"
_SHIFT_IN: Final = "\x0f"

_LINE_DRAWING: Final = str.maketrans("`afgijklmnopqrstuvwxyz{|}~", "◆▒°±␋┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·")


def independent_lines(lines: Sequence[str]) -> tuple[str, ...]:
    """Rows that each begin with the colours they need.

    Args:
        lines: Rows as tmux captured them.

    Returns:
        As many rows; colour sequences (SGR) are the only escape sequences left.
    """
    made: list[str] = []
    pending = ""
    shifted = False
    for line in lines:
        if "\x1b" not in line and not shifted and _SHIFT_OUT not in line:
            made.append(pending + line if line else line)
            continue
        text, shifted = _drawn(line, shifted)
        text = _OTHER_ESCAPES.sub("", text)
        made.append(pending + text)
        pending = _carried(pending, text)
    return tuple(made)


def _carried(pending: str, text: str) -> str:
    """Sequences that are active at the end of a row, since the last reset."""
    for found in _SGR.finditer(text):
        codes = found[1]
        if codes in ("", "0"):
            pending = ""
        elif codes.startswith("0;"):
            pending = found[0]
        else:
            pending += found[0]
    return pending if len(pending) < 200 else _compact(pending)


def _compact(pending: str) -> str:
    """Drop repetitions, keeping the last of equal sequences; for rows without a reset."""
    last_first = dict.fromkeys(reversed(_SGR.findall(pending)))
    return "".join(f"\x1b[{codes}m" for codes in reversed(last_first))


def _drawn(line: str, shifted: bool) -> tuple[str, bool]:
    """Replace line-drawing characters by the Unicode ones they stand for."""
    if not shifted and _SHIFT_OUT not in line:
        return line.replace(_SHIFT_IN, ""), False
    parts: list[str] = []
    for piece in re.split(r"([\x0e\x0f]|\x1b\[[0-9;:]*m)", line):
        if piece == _SHIFT_OUT:
            shifted = True
        elif piece == _SHIFT_IN:
            shifted = False
        elif piece.startswith("\x1b["):
            parts.append(piece)
        else:
            parts.append(piece.translate(_LINE_DRAWING) if shifted else piece)
    return "".join(parts), shifted
