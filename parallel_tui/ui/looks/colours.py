"""How many colours the terminal gets, and that every letter stands out from what is behind it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from rich.color import Color as RichColor
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter, Monochrome, NoColor

if TYPE_CHECKING:
    from textual.app import App

_FULL: Final = frozenset({"truecolor", "24bit"})
_DARK, _BRIGHT = RichColor.parse("black"), RichColor.parse("bright_white")

_DRAWN: Final = frozenset(chr(code) for code in range(0x2500, 0x25A0)) | {" ", "\xa0"}
"""Lines, blocks and blanks: frames fade into what is behind them on purpose."""


class Colours(Enum):
    """What a terminal is sent."""

    NONE = "none"
    """No colour: bold, underlined and reversed text tell things apart."""
    SIXTEEN = "sixteen"
    """The terminal's own sixteen."""
    MANY = "256"
    FULL = "all"

    @property
    def system(self) -> ColorSystem:
        """The same as Rich names it. Without one it leaves out bold and reversed, too."""
        return _SYSTEMS[self]

    @property
    def few(self) -> bool:
        """Whether shades of a theme would fall together."""
        return self in (Colours.NONE, Colours.SIXTEEN)


_SYSTEMS: Final = {
    Colours.NONE: ColorSystem.STANDARD,
    Colours.SIXTEEN: ColorSystem.STANDARD,
    Colours.MANY: ColorSystem.EIGHT_BIT,
    Colours.FULL: ColorSystem.TRUECOLOR,
}


def wished(env: Mapping[str, str], *, asked: bool = False) -> Colours:
    """The colours that an environment asks for, and its terminal has.

    Args:
        env: Environment; `NO_COLOR` counts unless it is empty (no-color.org).
        asked: Whether the command line names a theme, which overrules `NO_COLOR`.
    """
    term = env.get("TERM", "").lower()
    if (env.get("NO_COLOR") and not asked) or term in ("dumb", "unknown"):
        return Colours.NONE
    if env.get("COLORTERM", "").lower() in _FULL or term.endswith("-direct"):
        return Colours.FULL
    if "256color" in term or "kitty" in term or env.get("TMUX"):
        return Colours.MANY  # tmux takes them whatever TERM it gives, and translates
    return Colours.SIXTEEN


def apply(app: App[Any], colours: Colours) -> None:
    """Draw an app in these colours.

    Textual decides when it is made, by the theme of that moment: with `NO_COLOR` it makes grey of
    all colours, and the terminal's own, which a theme chosen later consists of, all become black.

    Whatever an earlier call chose is replaced.

    Args:
        app: Which, before it runs.
        colours: What the terminal is sent.
    """
    given = Monochrome | NoColor | Legible
    filters = [each for each in app._filters if not isinstance(each, given)]
    filters.append(Legible(colours.system))
    app.no_color = colours is Colours.NONE
    if app.no_color:
        filters.append(NoColor())
    app._filters = filters
    app.console._color_system = colours.system


class Legible(LineFilter):
    """Gives text another colour where it would have that of its background.

    Shades that differ in a theme may be one in a terminal's palette, and a program in a window may
    write in any colours.

    Args:
        system: What the terminal shows.
    """

    def __init__(self, system: ColorSystem) -> None:
        super().__init__()
        self._system = system

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """See `LineFilter.apply`."""
        system = self._system
        return [
            segment
            if (style := segment.style) is None
            or (legible := _legible(style, system)) is style
            or _DRAWN.issuperset(segment.text)
            else Segment(segment.text, legible, segment.control)
            for segment in segments
        ]


@lru_cache(4096)
def _legible(style: Style, system: ColorSystem) -> Style:
    front, back = style.color, style.bgcolor
    if front is None or back is None or front.is_default:
        return style
    if front.downgrade(system) != back.downgrade(system):
        return style
    red, green, blue = back.get_truecolor()
    dark = 299 * red + 587 * green + 114 * blue < 128_000
    return style + Style(color=_BRIGHT if dark else _DARK, dim=False)
