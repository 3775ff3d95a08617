"""View of captured terminal lines in their colours."""

from __future__ import annotations

from typing import Final

from rich.cells import cell_len
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.strip import Strip

from parallel_tui.model.window.window import Screen
from parallel_tui.ui.widgets import ansi
from parallel_tui.ui.widgets.ansi import Piece, TextLook
from parallel_tui.ui.widgets.line_view import BareLines

_READABLE = 2.2
"""Contrast below which the theme's own text colour is taken; WCAG's ratio."""

_MARKED: Final = 1
"""Line that has the mark of contents on their way."""

_DENSE: Final = 20
"""Lines from which on all are drawn at once."""

_KEPT: Final = 1000
"""Drawn lines that are kept at most."""

Source = tuple[str, TextLook] | str
"""What a line is drawn from: as captured, with the look of the end of the one before; or words."""


class TerminalView(BareLines, can_focus=True):
    """Shows the contents of one pane, scrolled to the end until the user scrolls.

    Draws by line: a dense screen of 200×50 costs a tenth of what a `Static` takes, and of an
    update only lines that were not on the screen before are drawn anew, also where all have moved
    up by one.
    """

    DEFAULT_CSS = """
    TerminalView {
        height: 1fr;
        background: $background;
        color: $foreground;
        scrollbar-size-vertical: 1;
        scrollbar-size-horizontal: 1;
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._pane: str | None = None
        self._sources: list[tuple[str, TextLook]] = []
        self._pieces: list[tuple[Piece, ...]] = []
        self._ends: list[TextLook] = []
        self._drawn: dict[Source, Strip] = {}
        self._drawn_for: tuple[object, ...] = ()
        self._styles: dict[TextLook, Style] = {}
        self._at_end = True
        self._waiting = False
        self._extent, self._written = Size(0, 0), 0

    @property
    def pane(self) -> str | None:
        """Id of the pane shown."""
        return self._pane

    def show(self, screen: Screen | None) -> None:
        """Show other contents; unchanged lines are not redrawn."""
        waited, self._waiting = self._waiting, False
        pane = screen.pane if screen else None
        if pane != self._pane:
            self._pane, self._at_end = pane, True
            self.scroll_to(0, 0, animate=False, immediate=True)
            self._at_end = True
        lines = list(screen.lines) if screen else []
        while lines and not lines[-1].strip():
            lines.pop()
        before = len(self._sources)
        changed = self._read(lines)
        self._written = max(map(_width, self._pieces), default=0)
        width = max(screen.width if screen else 0, self._written)
        self._extent = Size(width, len(lines))
        self._make_room()
        for index in changed:
            self.refresh_line(index)
        for index in range(len(lines), before):
            self.refresh_line(index)
        if waited:
            self._refresh_written()
        if self._at_end:
            self.call_after_refresh(self._to_end)

    def _make_room(self) -> None:
        """Take the extent of the contents, and the same for all that fit.

        Another extent lays out the whole screen, so of the width only this counts: whether anything
        is written beyond what can be seen. The pane itself is mostly wider than there is room for.
        """
        shown, wanted = self.outer_size, self._extent
        higher = wanted.height > shown.height
        wider = self._written > shown.width - higher  # with a scroll bar beside it
        higher = higher or (wider and wanted.height > shown.height - 1)
        size = Size(wanted.width if wider else 1, wanted.height if higher else 1)
        if size != self.virtual_size:
            self.virtual_size = size

    def wait(self) -> None:
        """Show that contents are on their way.

        The extent stays: the next pane is mostly as large as the last, and another extent lays out
        the whole screen.
        """
        if not self._waiting:
            self._waiting = True
            self._refresh_written()

    def _refresh_written(self) -> None:
        """Redraw what differs between contents and the mark that they are on their way."""
        top = int(self.scroll_offset.y)
        if len(self._pieces) - top > _DENSE:
            self.refresh()
            return
        for index in {top + _MARKED, *range(top, len(self._pieces))}:
            self.refresh_line(index)

    def _read(self, lines: list[str]) -> list[int]:
        """Parse new lines; returns the positions that differ."""
        changed = []
        look = ansi.PLAIN
        for index, line in enumerate(lines):
            source = (line, look)
            if index < len(self._sources) and self._sources[index] == source:
                look = self._ends[index]
                continue
            pieces, look = ansi.parse(line, look)
            changed.append(index)
            if index < len(self._sources):
                self._sources[index], self._pieces[index], self._ends[index] = source, pieces, look
            else:
                self._sources.append(source)
                self._pieces.append(pieces)
                self._ends.append(look)
        del self._sources[len(lines) :], self._pieces[len(lines) :], self._ends[len(lines) :]
        return changed

    def render_line(self, y: int) -> Strip:
        """One line on screen."""
        left, top = self.scroll_offset
        drawn_for = (left, self.outer_size.width, self.base)
        if drawn_for != self._drawn_for or len(self._drawn) > _KEPT:
            self._drawn.clear()
            self._drawn_for = drawn_for
        source: Source
        if self._waiting or top + y >= len(self._sources):
            source = "  …" if self._waiting and y == _MARKED else ""
        else:
            source = self._sources[top + y]
        strip = self._drawn.get(source)
        if strip is None:
            strip = self._drawn[source] = self._draw(source, top + y)
        return strip

    def _draw(self, source: Source, index: int) -> Strip:
        left, width, base = self.scroll_offset.x, self.outer_size.width, self.base
        if isinstance(source, str):
            return Strip([Segment(source.ljust(width), base)], width)
        segments = [Segment(text, self._style(look)) for text, look in self._pieces[index]]
        return Strip(segments).crop_extend(left, left + width, None).apply_style(base)

    def _style(self, look: TextLook) -> Style:
        style = self._styles.get(look)
        if style is None:
            if len(self._styles) > 4096:
                self._styles.clear()
            style = self._styles[look] = self._make_style(look)
        return style

    def _make_style(self, look: TextLook) -> Style:
        front, back, bits = look
        if front is not None and back is None and not bits & ansi.REVERSE and self._faint(front):
            front = None
        return Style(
            color=front,
            bgcolor=back,
            bold=bool(bits & ansi.BOLD) or None,
            dim=bool(bits & ansi.DIM) or None,
            italic=bool(bits & ansi.ITALIC) or None,
            underline=bool(bits & ansi.UNDERLINE) or None,
            reverse=bool(bits & ansi.REVERSE) or None,
            conceal=bool(bits & ansi.CONCEAL) or None,
            strike=bool(bits & ansi.STRIKE) or None,
        )

    def _faint(self, colour: Color) -> bool:
        """Whether a colour chosen for dark terminals is unreadable on a light theme."""
        behind = self.rich_style.bgcolor
        if self.app.current_theme.dark or behind is None or behind.triplet is None:
            return False
        shown = colour.get_truecolor(self.app.ansi_theme)
        one, two = _luminance(*shown), _luminance(*behind.triplet)
        return (max(one, two) + 0.05) / (min(one, two) + 0.05) < _READABLE

    def _to_end(self) -> None:
        if self._at_end:
            self.scroll_to(y=self.max_scroll_y, animate=False, immediate=True)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Follow the end again once the user scrolls back to it."""
        super().watch_scroll_y(old_value, new_value)
        self._at_end = round(new_value) >= self.max_scroll_y

    def on_resize(self, event: events.Resize) -> None:
        """Keep the end visible."""
        self._make_room()
        if self._at_end:
            self.call_after_refresh(self._to_end)

    def notify_style_update(self) -> None:
        """Drop cached styles of the former theme."""
        self._styles.clear()
        self._drawn.clear()
        super().notify_style_update()


def _width(pieces: tuple[Piece, ...]) -> int:
    return sum(len(text) if text.isascii() else cell_len(text) for text, _ in pieces)


def _luminance(red: int, green: int, blue: int) -> float:
    parts = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
        for part in (red / 255, green / 255, blue / 255)
    )
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))
