"""Read the terminal's size from the terminal itself, never from a variable.

Jupyter, some shells and some wrappers export `COLUMNS` and `LINES`. Python, rich and Textual take
the two for the truth, which they stop to be at the first resize.
"""

from __future__ import annotations

import os

from parallel_tui.model.inheritance import TERMINAL_SIZE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import MutableMapping
    from typing import Final

_USUAL: Final = (80, 24)


def forget_claims(env: MutableMapping[str, str]) -> None:
    """Remove the size variables from an environment, in place."""
    for name in TERMINAL_SIZE:
        env.pop(name, None)


def size_of(descriptor: int) -> tuple[int, int]:
    """Columns and rows of the terminal behind a file descriptor.

    80 by 24 where the terminal does not know, as on a serial line, or where it is none.
    """
    try:
        columns, rows = os.get_terminal_size(descriptor)
    except (OSError, ValueError):
        return _USUAL
    return columns or _USUAL[0], rows or _USUAL[1]
