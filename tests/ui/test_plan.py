"""The arrangement of panes holds its promises at every size and for whatever there is to show."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from textual.geometry import Region, Size

from parallel_tui.ui.dashboard.plan import (
    BESIDE,
    DETAIL,
    LIST,
    SMALLEST,
    TALL,
    Lower,
    Plan,
    Shown,
    plan,
)
from parallel_tui.ui.panes import lower
from tests.ui.harness import core_of, running
from tests.ui.samples import overlapping, sharing
from tests.ui.settling import settled

PANES = tuple(pane.SPEC for pane in lower.PANES)

SIZES = st.builds(Size, st.integers(SMALLEST[0], 400), st.integers(SMALLEST[1] - 6, 120))
COUNTS = st.lists(st.integers(0, 60), min_size=len(PANES), max_size=len(PANES))


def shown(counts: list[int], sessions: int = 7, **more: object) -> Shown:
    found = tuple(
        Lower(spec.id, spec.width, rows) for spec, rows in zip(PANES, counts, strict=True)
    )
    return Shown(sessions, found, **more)  # type: ignore[arg-type]


@st.composite
def anything(draw: st.DrawFn) -> Shown:
    ids = ["", *lower.IDS]
    return shown(
        draw(COUNTS), draw(st.integers(1, 80)), front=draw(st.sampled_from(ids)),
        below=draw(st.booleans()),
    )  # fmt: skip


def lowers(made: Plan) -> dict[str, Region]:
    return {name: place for name, place in made.places.items() if name in lower.IDS}


@given(SIZES, anything())
def test_no_pane_covers_another_or_leaves_the_screen(size: Size, what: Shown) -> None:
    places = list(plan(size, what).places.values())
    for number, place in enumerate(places):
        assert size.region.contains_region(place), place
        assert place.width > 0
        assert all(not place.overlaps(other) for other in places[number + 1 :])


@given(SIZES, anything())
def test_side_by_side_each_has_the_width_its_text_needs(size: Size, what: Shown) -> None:
    made = plan(size, what)
    room = made.places["sessions"].width
    needs = {pane.id: pane.width for pane in what.lower}
    for name, place in lowers(made).items():
        assert place.width == room or place.width >= needs[name]
        if not made.tabs and place.height > 1:
            assert place.width >= needs[name]


@given(SIZES, anything())
def test_the_detail_has_a_usual_terminal_or_the_whole_width(size: Size, what: Shown) -> None:
    made = plan(size, what)
    if "detail" in made.places:
        assert made.places["detail"].width in (size.width, max(DETAIL, size.width * 2 // 5))
    assert made.places["sessions"].width >= min(LIST, size.width)


@given(SIZES, anything())
def test_sessions_have_no_rows_to_spare(size: Size, what: Shown) -> None:
    high = plan(size, what).places["sessions"].height
    assert high <= max(what.sessions + 3, 5)
    if size.width < BESIDE and size.height >= TALL and what.sessions <= 5:
        assert high == max(what.sessions + 3, 5), "and all that they need, where there is room"


@given(SIZES, anything())
def test_every_pane_is_there_or_has_a_tab_and_one_of_these_is_shown(
    size: Size, what: Shown
) -> None:
    made = plan(size, what)
    there = {*made.places, *made.tabs}
    assert {"sessions", "detail", *lower.IDS} <= there
    assert ("tabs" in made.places) == bool(made.tabs)
    if made.tabs:
        assert [name for name in made.tabs if name in made.places] == [made.front]
        if what.front and what.below:
            assert made.front == what.front


@given(SIZES, COUNTS)
def test_what_lists_nothing_is_one_line(size: Size, counts: list[int]) -> None:
    what = shown(counts)
    for name, place in lowers(plan(size, what)).items():
        empty = not next(pane.rows for pane in what.lower if pane.id == name)
        assert (place.height == 1) == empty or place.height < 4


@given(SIZES, anything(), st.integers(1, 80), COUNTS)
def test_widths_follow_from_the_terminal_alone(
    size: Size, what: Shown, sessions: int, counts: list[int]
) -> None:
    one, other = plan(size, what), plan(size, shown(counts, sessions))
    assert one.places["sessions"].width == other.places["sessions"].width
    if "detail" in one.places and "detail" in other.places:
        assert one.places["detail"].width == other.places["detail"].width


@given(SIZES, COUNTS, st.integers(0, len(PANES) - 1))
def test_going_through_the_tabs_moves_nothing(size: Size, counts: list[int], number: int) -> None:
    one = plan(size, shown(counts))
    other = plan(size, shown(counts, front=lower.IDS[number]))
    for name in ("sessions", "detail", "tabs"):
        assert one.places.get(name) == other.places.get(name)


@given(SIZES, anything(), st.sampled_from(["sessions", "detail", *lower.IDS]))
def test_a_zoomed_pane_has_it_all(size: Size, what: Shown, name: str) -> None:
    made = plan(size, shown([1] * len(PANES), zoomed=name))
    assert made.places == {name: Region(0, 0, *size)}


async def test_the_screen_follows_at_once_and_columns_stay_where_they_are() -> None:
    core = core_of(overlapping())
    async with running(core, size=(200, 50)) as (pilot, dashboard):
        table = dashboard.sessions_pane.table
        heading = table.render_line(0).text
        lists = {pane.SPEC.id: pane for pane in dashboard.lists}
        for pane in lists.values():
            assert pane.region.height == 1 or pane.region.width >= pane.SPEC.width
        core.live.publish(sharing())
        await settled(pilot)
        assert table.render_line(0).text == heading
        await pilot.press("slash", *"auth", "enter")
        await settled(pilot)
        assert table.render_line(0).text == heading
        await pilot.press("escape", "z")
        await settled(pilot)
        assert dashboard.sessions_pane.region.width == 200
        assert table.render_line(0).text.rstrip() != heading.rstrip()
        await pilot.press("z")
        await settled(pilot)
        assert table.render_line(0).text == heading
        await pilot.resize_terminal(80, 24)
        await settled(pilot)
        assert dashboard.sessions_pane.region.width == 80
        assert dashboard.detail.region.width == 80
        await pilot.resize_terminal(200, 50)
        await settled(pilot)
        assert table.render_line(0).text == heading
