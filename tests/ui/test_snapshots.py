"""How each screen looks; a person looks at a changed picture before it is accepted."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from parallel_tui.model.view.snapshot import Snapshot
from tests.ui import samples
from tests.ui.harness import app_of, core_of, with_screen
from tests.ui.settling import settled

WIDE, MIDDLING, NARROW, HUGE = (120, 40), (110, 35), (80, 24), (200, 50)

Compare = Callable[..., bool]


def _shown(
    compare: Compare,
    snapshot: Snapshot,
    *keys: str,
    size: tuple[int, int] = WIDE,
    theme: str | None = None,
) -> bool:
    async def before(pilot: Pilot[int]) -> None:
        await with_screen(pilot)
        for key in keys:
            await pilot.press(key)
            await settled(pilot)
        await with_screen(pilot)

    app = app_of(core_of(snapshot), theme=theme)
    return compare(app, run_before=before, terminal_size=size)


@pytest.mark.parametrize("size", [WIDE, NARROW, HUGE], ids=["wide", "narrow", "huge"])
@pytest.mark.parametrize("sample", ["typical", "empty", "full", "crowded", "failing", "without"])
def test_dashboard(snap_compare: Compare, sample: str, size: tuple[int, int]) -> None:
    """Sessions by attention, the selected one in detail, windows below; nothing is cut oddly."""
    assert _shown(snap_compare, getattr(samples, sample)(), size=size)


@pytest.mark.parametrize("theme", ["textual-light", "ansi-dark"])
def test_theme(snap_compare: Compare, theme: str) -> None:
    """Every state is readable; the cursor's row stands out."""
    assert _shown(snap_compare, samples.typical(), theme=theme)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_help(snap_compare: Compare, size: tuple[int, int]) -> None:
    """Keys in a column, ids where there is room, glyphs explained."""
    assert _shown(snap_compare, samples.typical(), "question_mark", size=size)


def test_filter(snap_compare: Compare) -> None:
    """Two sessions are left, and the subtitle says of how many."""
    assert _shown(snap_compare, samples.typical(), "slash", *"feature/a")


def test_windows_on_a_narrow_screen(snap_compare: Compare) -> None:
    """Windows have taken the place of detail, and the tab above says so."""
    assert _shown(snap_compare, samples.typical(), *["tab"] * 6, size=NARROW)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("sample", ["sharing", "overflowing"])
def test_sharing(snap_compare: Compare, sample: str, size: tuple[int, int]) -> None:
    """Locks, handoffs and events stand out where they concern the selected session; its tasks."""
    assert _shown(snap_compare, getattr(samples, sample)(), "t", size=size)


@pytest.mark.parametrize("theme", ["textual-light", "ansi-dark"])
def test_sharing_theme(snap_compare: Compare, theme: str) -> None:
    """What is held, takeable, dead, foreign and unknown can be told apart."""
    assert _shown(snap_compare, samples.sharing(), "t", theme=theme)


@pytest.mark.parametrize("size", [MIDDLING, NARROW], ids=["middling", "narrow"])
def test_lower_panes_in_turn(snap_compare: Compare, size: tuple[int, int]) -> None:
    """The locks are in front with their reasons, and the tab says so."""
    assert _shown(snap_compare, samples.sharing(), *["tab"] * 3, size=size)


@pytest.mark.parametrize("keys", ["L", "h", "tab tab tab u", "tab tab tab tab enter"])
def test_sharing_forms(snap_compare: Compare, keys: str) -> None:
    """Each form fits the smallest usual screen, its fields filled with what is selected."""
    assert _shown(snap_compare, samples.sharing(), *keys.split(), size=NARROW)


def test_too_small(snap_compare: Compare) -> None:
    """Nothing but how much room is needed."""
    assert _shown(snap_compare, samples.typical(), size=(40, 15))


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_overlaps_pane(snap_compare: Compare, size: tuple[int, int]) -> None:
    """Worst first, each level by letter and tone; rivals in the rows of sessions."""
    assert _shown(snap_compare, samples.overlapping(), *["tab"] * 2, size=size)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("sample", ["overlapping", "entangled"])
def test_matrix(snap_compare: Compare, sample: str, size: tuple[int, int]) -> None:
    """A letter a cell, the headings in place, the chosen pair in words below."""
    keys = ["o", *["right"] * 2, "down"]
    assert _shown(snap_compare, getattr(samples, sample)(), *keys, size=size)


@pytest.mark.parametrize("theme", ["textual-light", "ansi-dark"])
def test_matrix_theme(snap_compare: Compare, theme: str) -> None:
    """Levels can be told apart, the cursor too."""
    assert _shown(snap_compare, samples.overlapping(), "o", "down", theme=theme)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("keys", ["enter", "enter m"])
def test_pair(snap_compare: Compare, keys: str, size: tuple[int, int]) -> None:
    """Both sides with who wrote them when, and the file with its conflict."""
    core = core_of(samples.overlapping())
    core.live.details["src/auth.py"] = samples.path_detail()

    async def before(pilot: Pilot[int]) -> None:
        await with_screen(pilot)
        await pilot.press("tab", "tab", "j", *keys.split())
        await with_screen(pilot)

    assert snap_compare(app_of(core), run_before=before, terminal_size=size)
