"""Every letter on every screen stands out from what is behind it, in whatever colours there are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.app import App
from textual.color import Color as Shade
from textual.widgets import Button

from parallel_tui.model.overlap.words import LETTERS
from parallel_tui.model.session.session import SessionState
from parallel_tui.model.text.words import GLYPHS
from parallel_tui.ui.dialogs.remove import RemoveDialog
from parallel_tui.ui.looks import theme
from parallel_tui.ui.looks.colours import Colours, Legible, wished
from parallel_tui.ui.present.sharing import HANDOFF_MARKS, LOCK_MARKS
from tests.ui import samples
from tests.ui.harness import app_of, core_of, on_screen, with_screen
from tests.ui.settling import settled
from tests.ui.test_dialogs import LOSSES, removal


async def test_a_button_that_cannot_be_pressed_keeps_its_label_in_sixteen_colours() -> None:
    class Shown(App[None]):
        def on_mount(self) -> None:
            self.theme = theme.PLAIN
            self.push_screen(RemoveDialog(removal(*LOSSES)))

    app = Shown()
    async with app.run_test(size=(100, 30)) as pilot:
        await settled(pilot)
        assert app.screen.query_one("#remove", Button).disabled
        assert " Remove " in on_screen(pilot).splitlines()[-8:].__str__()


async def test_without_colours_a_theme_never_brings_them_back() -> None:
    """What was black on black: the choice fell before the theme was known."""
    app = app_of(core_of(samples.typical()), env={"NO_COLOR": "1", "COLORTERM": "truecolor"})
    async with app.run_test(size=(120, 40)) as pilot:
        await with_screen(pilot)
        await pilot.press("T")
        await settled(pilot)
        assert app.theme == theme.PLAIN
        styles = [
            segment.style
            for strip in app.screen._compositor.render_strips()
            for segment in strip
            if segment.style is not None
        ]
        for each in styles:
            assert each.color is None or each.color.is_default
            assert each.bgcolor is None or each.bgcolor.is_default
        assert any(each.reverse for each in styles), "the cursor is seen"


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ({"NO_COLOR": "1", "COLORTERM": "truecolor"}, Colours.NONE),
        ({"NO_COLOR": "", "COLORTERM": "truecolor"}, Colours.FULL),
        ({"TERM": "dumb"}, Colours.NONE),
        ({"TERM": "linux"}, Colours.SIXTEEN),
        ({"TERM": "xterm"}, Colours.SIXTEEN),
        ({}, Colours.SIXTEEN),
        ({"TERM": "xterm-256color"}, Colours.MANY),
        ({"TERM": "screen", "TMUX": "/run/x,1,0"}, Colours.MANY),
        ({"TERM": "xterm-direct"}, Colours.FULL),
    ],
)
def test_the_terminal_gets_what_it_has(env: dict[str, str], expected: Colours) -> None:
    assert wished(env) is expected
    few = expected in (Colours.NONE, Colours.SIXTEEN)
    assert theme.initial(None, env) == (theme.PLAIN if few else theme.DEFAULT)


def test_what_a_person_names_wins() -> None:
    assert wished({"NO_COLOR": "1", "TERM": "xterm-256color"}, asked=True) is Colours.MANY
    assert theme.initial("nord", {"NO_COLOR": "1"}) == "nord"
    assert theme.initial(None, {"NO_COLOR": "1"}, "nord") == theme.PLAIN
    assert theme.initial(None, {"TERM": "linux"}, "nord") == "nord"


_numbers = st.integers(0, 255)
_colours = st.one_of(
    _numbers.map(Color.from_ansi), st.builds(Color.from_rgb, _numbers, _numbers, _numbers)
)


@given(_colours, _colours, st.sampled_from(list(Colours)))
def test_any_text_stands_out(front: Color, back: Color, many: Colours) -> None:
    segments = [Segment("x", Style(color=front, bgcolor=back))]
    (shown,) = Legible(many.system).apply(segments, Shade(0, 0, 0))
    style = shown.style
    assert style is not None
    assert style.color is not None
    assert style.bgcolor is not None
    assert style.color.downgrade(many.system) != style.bgcolor.downgrade(many.system)


def test_nothing_is_told_by_colour_alone() -> None:
    """Whoever cannot tell red from green reads letters and words."""
    assert len(set(LETTERS.values())) == len(LETTERS)
    words = {(glyph, state.value) for state, glyph in GLYPHS.items()}
    assert len(words) == len(SessionState)
    for marks in (LOCK_MARKS, HANDOFF_MARKS):
        assert len({mark for mark, _ in marks.values()}) == len(marks)
