"""What is recommended for GNU screen, as a file: the same text for versions 4 and 5."""

from __future__ import annotations

import re
from typing import Final

from parallel_tui.model.window.recommended import Recommended

_STATUS: Final = (
    "%{= kG}[ %{G}%H %{g}][%= %{= kw}%?%-Lw%?%{r}(%{W}%n*%f%t%?(%u)%?%{r})%{w}%?%+Lw%?%?%= "
    "%{g}][%{B} %m-%d %{W}%c %{g}]"
)

_VERSION: Final = re.compile(r"(\d+)\.(\d+)")


def version_of(said: str) -> tuple[int, int] | None:
    """The version in what `screen -v` says."""
    found = _VERSION.search(said)
    return (int(found[1]), int(found[2])) if found else None


def recommended(version: tuple[int, int] | None) -> tuple[Recommended, ...]:
    """Each recommendation.

    Args:
        version: Of the screen that is installed; `None` where none is.
    """
    told = [
        Recommended(
            "defscrollback",
            ("defscrollback 10000",),
            "Lines that a new window keeps to scroll back to; agents print many.",
        ),
        Recommended("startup_message", ("startup_message off",), "No greeting at the start."),
        Recommended(
            "hardstatus",
            ("hardstatus alwayslastline", f"hardstatus string '{_STATUS}'"),
            "A bar at the bottom: the machine, all windows, date and time.",
        ),
        Recommended(
            'bind "', ("bind '\"' windowlist -b",), 'Ctrl+a ": choose a window from a list.'
        ),
        *(
            Recommended(
                f"Alt+{number}",
                (f'bindkey "^[{number}" select {number - 1}',),
                f"Alt+{number}: the window {number - 1}.",
            )
            for number in range(1, 5)
        ),
        Recommended("altscreen", ("altscreen on",), "An editor that ends leaves what was before."),
        Recommended("defutf8", ("defutf8 on",), "New windows speak UTF-8."),
        Recommended("vbell", ("vbell off",), "A bell rings instead of flashing the screen."),
    ]
    if version is not None and version >= (5, 0):
        told.append(
            Recommended("truecolor", ("truecolor on",), "16 million colours; of screen 5 only.")
        )
    return tuple(told)


CHANGES: Final = (
    "screen 5 no longer knows the commands time, debug, password, maxwin and nethack: a line with "
    "one of them is an error at the start. Nothing below is one of these.",
    "screen 5 has truecolor; screen 4 does not know it.",
)
"""What differs between the versions, for who has both."""
