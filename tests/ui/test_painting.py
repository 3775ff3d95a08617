"""Only what differs is painted: everything else would keep a key waiting."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Region
from textual.strip import Strip

from parallel_tui.model.window.window import Screen
from parallel_tui.ui.widgets.terminal_view import Source, TerminalView
from parallel_tui.ui.widgets.titled import Titled
from tests.ui.harness import until
from tests.ui.showing import Alone, rendered


class _Counting(TerminalView):
    """Notes which lines are drawn anew."""

    def __init__(self) -> None:
        super().__init__()
        self.drawn: list[str] = []

    def _draw(self, source: Source, index: int) -> Strip:
        self.drawn.append(source if isinstance(source, str) else source[0])
        return super()._draw(source, index)


async def test_only_lines_that_were_not_there_are_drawn_anew() -> None:
    view = _Counting()
    app = Alone(lambda: view)
    async with app.run_test(size=(80, 24)) as pilot:
        view.show(Screen("%1", ("one", "two", "three"), 80))
        await until(pilot, lambda: "three" in rendered(app))
        view.drawn.clear()
        view.show(Screen("%1", ("two", "three", "four"), 80))
        await until(pilot, lambda: "four" in rendered(app))
        assert view.drawn == ["four"], "the others have moved up"
        view.drawn.clear()
        view.wait()
        await until(pilot, lambda: "…" in rendered(app))
        assert "two" not in rendered(app)
        view.show(Screen("%2", ("another",), 80))
        await until(pilot, lambda: "another" in rendered(app))
        assert "…" not in rendered(app)
        assert view.drawn == ["  …", "another"]


class _Lines(Titled):
    """Notes which lines are drawn."""

    def __init__(self) -> None:
        super().__init__()
        self.styles.border = ("round", "white")
        self.styles.height = "1fr"
        self.drawn: list[int] = []

    def render_lines(self, crop: Region) -> list[Strip]:
        dirty = self._styles_cache
        self.drawn += [y for y in crop.line_range if dirty.is_dirty(y)]
        return super().render_lines(crop)


async def test_a_title_draws_its_line_and_no_other() -> None:
    pane = _Lines()
    app = Alone(lambda: pane)
    async with app.run_test(size=(40, 12)) as pilot:
        pane.entitle(Content("first"), Content("below"))
        await until(pilot, lambda: "first" in rendered(app) and "below" in rendered(app))
        pane.drawn.clear()
        pane.entitle(Content("second"), Content("under"))
        await until(pilot, lambda: "second" in rendered(app) and "under" in rendered(app))
        assert set(pane.drawn) == {0, pane.outer_size.height - 1}
