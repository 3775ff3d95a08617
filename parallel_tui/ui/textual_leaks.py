"""Release memory that Textual 8.2.8 keeps for removed widgets.

The version is pinned, so that each of these is known to be needed; look again with a newer one.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from textual._styles_cache import StylesCache
from textual.color import Color
from textual.dom import DOMNode
from textual.style import Style
from textual.widgets import DataTable


@lru_cache(1024)
def _inner_outer(base: Color, background: Color) -> tuple[Style, Style]:
    return Style(background=base + background), Style(background=base)


def _inner_outer_of(_: StylesCache, base: Color, background: Color) -> tuple[Style, Style]:
    return _inner_outer(base, background)


def install() -> None:
    """Cache border colours by the colours alone. Safe to call twice.

    Textual remembers them by the widget's cache of drawn lines as well, and so keeps the lines of
    the last thousand widgets, gone or not: half a megabyte for each dialog that was ever open.
    """
    cache: Any = StylesCache
    cache.get_inner_outer = _inner_outer_of


def let_go(*nodes: DOMNode) -> None:
    """Drop references to removed widgets and tables.

    Textual drops a wish only when the attribute in question changes, which a theme may never do.
    """
    for node in nodes:
        for watchers in getattr(node, "__watchers", {}).values():
            watchers[:] = [each for each in watchers if not each[0]._closing]
    styles: Any = DataTable._get_styles_to_render_cell
    styles.cache_clear()
