"""Select the theme, and step through the themes by key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Final

from parallel_tui.ui.looks.colours import Colours, wished

DEFAULT: Final = "textual-dark"
PLAIN: Final = "ansi-dark"
"""Uses the terminal's own sixteen colours; with `NO_COLOR` none at all."""

ASKED_BY: Final = ("NO_COLOR", "PDEV_THEME", "TEXTUAL_THEME")
"""Variables that say how it is to look, whatever was chosen before."""

ROUND: Final = (
    "textual-dark",
    "textual-light",
    "nord",
    "gruvbox",
    "catppuccin-mocha",
    "catppuccin-latte",
    "solarized-light",
    "tokyo-night",
    "ansi-dark",
    "ansi-light",
)
"""The themes that the theme key steps through; any other can be configured."""


def initial(wanted: str | None, env: Mapping[str, str], configured: str | None = None) -> str:
    """The theme at the start.

    Args:
        wanted: What the command line asks for.
        env: Environment; `NO_COLOR` (any non-empty value) asks for none.
        configured: What the settings ask for, once they are known.
    """
    if wanted:
        return wanted
    colours = wished(env)
    if colours is Colours.NONE:
        return PLAIN
    # What a person chose counts also where the terminal shows few of its shades.
    chosen = configured or env.get("PDEV_THEME") or env.get("TEXTUAL_THEME")
    return chosen or (PLAIN if colours.few else DEFAULT)


def following(current: str) -> str:
    """The theme after another one."""
    place = ROUND.index(current) if current in ROUND else -1
    return ROUND[(place + 1) % len(ROUND)]


def unknown(wanted: str, known: Iterable[str]) -> str:
    """The message about a theme that does not exist."""
    near = get_close_matches(wanted, list(known), n=1)
    return f"theme: there is no {wanted!r}" + (f"; did you mean {near[0]!r}?" if near else "")
