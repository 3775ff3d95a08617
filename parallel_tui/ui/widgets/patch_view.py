"""Patch of one file, drawn by line so that long ones scroll smoothly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from parallel_tui.ui.tasks import ask
from parallel_tui.ui.widgets import code
from parallel_tui.ui.widgets.code import CodeLine

_AT_ONCE = 200
"""Lines coloured without a thread: no flash of uncoloured text for the usual patch."""


class PatchView(ScrollView, can_focus=True):
    """Shows a patch: coloured added and removed lines, with syntax colours."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"patch--{name}"
        for name in (
            *("added", "removed", "context", "hunk", "note"),
            *("comment", "string", "number", "keyword", "name"),
        )
    }
    DEFAULT_CSS = """
    PatchView {
        height: 1fr;
        background: $background;
        color: $foreground;
        scrollbar-size-vertical: 1;
        scrollbar-size-horizontal: 1;
    }
    PatchView > .patch--added { background: $success 18%; }
    PatchView > .patch--removed { background: $error 18%; }
    PatchView > .patch--hunk { color: $text-accent; background: $panel; text-style: bold; }
    PatchView > .patch--note { text-style: dim italic; }
    PatchView > .patch--comment { text-style: dim italic; }
    PatchView > .patch--string { color: $text-success; }
    PatchView > .patch--number { color: $text-warning; }
    PatchView > .patch--keyword { color: $text-primary; text-style: bold; }
    PatchView > .patch--name { color: $text-accent; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines: Sequence[CodeLine] = ()
        self._strips: dict[int, Strip] = {}
        self._looks: dict[tuple[str, str], Style] = {}
        self._shown = ("", "", "")

    def show(self, path: str, patch: str, notes: Sequence[str] = ()) -> None:
        """Show another patch; for the same path the scroll position is kept.

        Args:
            path: Decides the language, and is the identity.
            patch: Hunks as git prints them.
            notes: Lines in words, above the hunks.
        """
        shown = (path, patch, "\n".join(notes))
        if shown == self._shown:
            return
        same = path == self._shown[0]
        self._shown = shown
        above = [CodeLine("note", ((note, ""),)) for note in notes]
        if patch.count("\n") <= _AT_ONCE and len(patch) < code.LEXED // 10:
            self._put([*above, *code.coloured(patch, path)])
        else:
            self._put([*above, *code.plain(patch)])
            self.run_worker(
                self._colour(shown, above), group="colour", exclusive=True, exit_on_error=False
            )
        if not same:
            self.scroll_to(0, 0, animate=False, immediate=True)

    def show_lines(self, path: str, lines: Sequence[CodeLine], *, at: int = 0) -> None:
        """Show lines other than a patch; for the same path the scroll position is kept.

        Args:
            path: The identity.
            lines: As they are drawn.
            at: Line to scroll to when the path is another one.
        """
        same = path == self._shown[0]
        self._shown = (path, "", str(len(lines)))
        self._put(lines)
        if not same:
            self.call_after_refresh(self.scroll_to, 0, at, animate=False, immediate=True)

    async def _colour(self, shown: tuple[str, str, str], above: list[CodeLine]) -> None:
        lines = await ask(code.coloured, shown[1], shown[0])
        if shown == self._shown:
            self._put([*above, *lines])

    def _put(self, lines: Sequence[CodeLine]) -> None:
        self._lines = lines
        self._strips.clear()
        width = max(
            (sum(Segment(t).cell_length for t, _ in line.words) for line in lines), default=0
        )
        self.virtual_size = Size(width, len(lines))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line on screen."""
        left, top = self.scroll_offset
        index, width = top + y, self.scrollable_content_region.width
        if index >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        line = self._lines[index]
        strip = self._strips.get(index)
        if strip is None:
            if len(self._strips) > 2000:
                self._strips.clear()
            segments = [Segment(text, self._look(line.kind, sort)) for text, sort in line.words]
            strip = self._strips[index] = Strip(segments)
        return strip.crop_extend(left, left + width, self._look(line.kind, ""))

    def _look(self, kind: str, sort: str) -> Style:
        look = self._looks.get((kind, sort))
        if look is None:
            look = self.rich_style + self.get_component_rich_style(f"patch--{kind}")
            if sort:
                word = self.get_component_rich_style(f"patch--{sort}", partial=True)
                look += Style(color=word.color, bold=word.bold, italic=word.italic, dim=word.dim)
            self._looks[kind, sort] = look
        return look

    def notify_style_update(self) -> None:
        """Drop cached styles of the former theme."""
        self._looks.clear()
        self._strips.clear()
        super().notify_style_update()
