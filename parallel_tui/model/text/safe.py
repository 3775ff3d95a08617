"""Sanitise text from outside for a terminal.

Textual removes markup but not escape sequences: a branch, a path or a commit subject could set the
terminal's title or write its clipboard. Everything not written by us passes through `safe`.
"""

from __future__ import annotations

_made: dict[int, int] = {}


def _table() -> dict[int, int]:
    """What stands for each character that is replaced; to Python none of them is printable."""
    if not _made:
        _made.update(
            {
                **{code: 0x2400 + code for code in range(32)},
                0x7F: 0x2421,
                **dict.fromkeys(range(0x80, 0xA0), 0xFFFD),
                **dict.fromkeys(
                    (
                        0x061C,
                        0x200E,
                        0x200F,
                        *range(0x202A, 0x202F),
                        *range(0x2066, 0x206A),
                        0x2028,
                        0x2029,
                        0xFEFF,
                        *range(0xD800, 0xE000),
                    ),
                    0xFFFD,
                ),
            }
        )
    return _made


def safe(text: str, limit: int = 500) -> str:
    """Replace control, bidirectional and undecodable characters by visible ones.

    Args:
        text: Anything.
        limit: Characters kept at most; a cut is marked by an ellipsis.

    Returns:
        Text without C0, C1, bidi overrides or lone surrogates. It is still plain text: give it to
        widgets as `Content` or `Text`, never as markup.
    """
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    return cut if cut.isprintable() else cut.translate(_table())
