"""What is shown, what is selected, and that a refresh disturbs neither."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual import events

from parallel_tui.model.session.session import Evidence, Session, SessionState
from parallel_tui.model.view.snapshot import Snapshot, WatchMode
from parallel_tui.ui.widgets.first_run import FirstRun
from parallel_tui.ui.widgets.keyed_table import KeyedTable
from parallel_tui.ui.widgets.small import LowerTabs
from tests.ui import samples
from tests.ui.fake_engine import FakeCore
from tests.ui.harness import core_of, later, on_screen, running, toasts, until
from tests.ui.settling import settled


def _with_state(snapshot: Snapshot, name: str, state: SessionState) -> Snapshot:
    def turned(session: Session) -> Session:
        return replace(session, evidence=Evidence(state, "test", "because"))

    sessions = tuple(turned(s) if s.name == name else s for s in snapshot.sessions)
    return replace(snapshot, sessions=sessions)


def _focused(core: FakeCore) -> bool:
    return core.live.focused


def _names(table: KeyedTable) -> list[str]:
    return [row.cells["name"][0][0] for row in table.rows]


async def test_a_click_on_the_name_of_a_pane_shows_it() -> None:
    async with running(core_of(samples.sharing()), size=(80, 24)) as (pilot, dashboard):
        names = dashboard.query_one(LowerTabs)
        place = str(names.render()).index("Handoffs")
        assert "─ Handoffs" not in on_screen(pilot)
        await pilot.click(LowerTabs, offset=(place + 1, 0))
        await until(pilot, lambda: "─ Handoffs" in on_screen(pilot))


async def test_sessions_that_need_somebody_come_first() -> None:
    async with running(core_of(samples.typical())) as (_, dashboard):
        names = _names(dashboard.sessions_pane.table)
        assert names == ["auth", "api", "search", "tests", "main", "bisect", "old"]


async def test_the_cursor_follows_its_session_and_the_viewport_stays() -> None:
    core = core_of(samples.crowded())
    async with running(core) as (pilot, dashboard):
        table = dashboard.sessions_pane.table
        await pilot.press("end")
        scrolled = table.scroll_offset.y
        assert scrolled > 0
        await pilot.press("up")
        key = table.cursor
        name = next(s.name for s in dashboard.sessions if s.key == key)
        assert table.rows[-2].key == key
        core.live.publish(_with_state(core.live.snapshot, name, SessionState.WAITING))
        await settled(pilot)
        assert table.cursor == key
        assert table.rows[-2].key != key, "it should have moved up"
        assert table.scroll_offset.y == scrolled
        assert dashboard.situation.session is not None
        assert dashboard.situation.session.key == key


async def test_a_session_that_vanishes_leaves_the_cursor_in_its_place() -> None:
    core = core_of(samples.typical())
    async with running(core) as (pilot, dashboard):
        await pilot.press("j")
        rest = tuple(s for s in samples.typical().sessions if s.name != "api")
        core.live.publish(replace(samples.typical(), sessions=rest))
        await settled(pilot)
        assert dashboard.situation.session is not None
        assert dashboard.situation.session.name == "search"
        assert "Session api is gone" in toasts(pilot)


async def test_the_cursor_follows_a_window_into_the_session_that_has_it() -> None:
    """A window is heard of before the worktree that it stands in, and is a session until then."""
    whole = samples.typical()
    last = Evidence(SessionState.UNKNOWN, "pane", "not looked yet")
    alone = tuple(
        replace(s, key="window:@2", worktree=None, evidence=last) if s.windows == ("@2",) else s
        for s in whole.sessions
    )
    core = core_of(replace(whole, sessions=alone))
    async with running(core) as (pilot, dashboard):
        dashboard.select_session("api")
        assert dashboard.situation.session is not None
        assert dashboard.situation.session.worktree is None
        core.live.publish(whole)
        await settled(pilot)
        assert dashboard.situation.session.name == "api"
        assert dashboard.situation.session.worktree is not None


async def test_only_rows_that_differ_are_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    core = core_of(samples.typical())
    async with running(core) as (pilot, dashboard):
        table = dashboard.sessions_pane.table
        drawn: list[int] = []
        monkeypatch.setattr(table, "_redraw", drawn.append)
        changed = tuple(
            replace(s, status=samples.work(modified=9)) if s.name == "api" else s
            for s in samples.typical().sessions
        )
        core.live.publish(replace(samples.typical(), sessions=changed))
        await settled(pilot)
        assert drawn == [_names(table).index("api")]


async def test_the_filter_narrows_while_typing_and_escape_clears_it() -> None:
    async with running(core_of(samples.typical())) as (pilot, dashboard):
        table = dashboard.sessions_pane.table
        await pilot.press("slash", *"fix/")
        await pilot.pause()
        assert _names(table) == ["tests"]
        await settled(pilot)
        footer = on_screen(pilot).splitlines()[-1].split()
        assert [word for word in footer if word.isalpha()] == [
            *("Enter", "Done", "Esc", "Clear", "Help", "Quit")
        ]
        await pilot.press("enter")
        assert table.has_focus
        await pilot.press("escape")
        await pilot.pause()
        assert len(_names(table)) == 7
        await pilot.press("slash", *"waiting")
        await pilot.pause()
        assert _names(table) == ["auth"]


async def test_a_session_that_begins_to_wait_is_told_once() -> None:
    core = core_of(samples.typical())
    async with running(core) as (pilot, _):
        assert toasts(pilot) == "", "what was so at the start is no news"
        later(pilot)
        core.live.publish(_with_state(core.live.snapshot, "api", SessionState.WAITING))
        await pilot.pause()
        core.live.publish(replace(core.live.snapshot, paused=True))
        await pilot.pause()
        assert toasts(pilot).count("api waits for you") == 1


async def test_hostile_names_reach_the_screen_as_harmless_text() -> None:
    async with running(core_of(samples.crowded()), size=(200, 90)) as (pilot, dashboard):
        await pilot.press("slash", *"closing")
        await pilot.pause()
        shown = dashboard.sessions_pane.table.render_line(1).text
        assert "[/closing]" in shown
        table = dashboard.query_one("#windows-table", KeyedTable)
        text = "\n".join(table.render_line(y).text for y in range(1, table.size.height))
        assert "\x1b" not in text
        assert "␛]0;title␇" in text
        svg = pilot.app.export_screenshot()
        assert "\u202e" not in svg


async def test_panes_take_turns_on_a_narrow_screen_and_all_can_be_reached() -> None:
    async with running(core_of(samples.typical()), size=(80, 24)) as (pilot, dashboard):
        windows = dashboard.query_one("#windows")
        assert dashboard.sessions_pane.region.height > 5
        assert dashboard.detail.region.height > 5
        assert not windows.region.height
        await pilot.press("tab")
        for name in ("overlaps", "locks", "handoffs", "events"):
            await pilot.press("tab")
            await settled(pilot)
            assert dashboard.pane_name == name
            assert dashboard.query_one(f"#{name}").region.height == 1, "it lists nothing"
            assert not windows.region.height
            assert not dashboard.detail.region.height
        await pilot.press("tab")
        await settled(pilot)
        assert dashboard.in_windows
        assert windows.region.height > 5
        await pilot.press("tab")
        await settled(pilot)
        assert dashboard.pane_name == "boundaries"
        await pilot.press("tab")
        await pilot.pause()
        assert dashboard.sessions_pane.table.has_focus


async def test_a_screen_that_grows_again_recovers() -> None:
    async with running(core_of(samples.typical()), size=(40, 15)) as (pilot, dashboard):
        assert dashboard.query_one("#too-small").region.height == 15
        await pilot.resize_terminal(120, 40)
        await pilot.pause()
        assert not dashboard.query_one("#too-small").region.height
        assert dashboard.sessions_pane.region.height == 7 + 3


async def test_zoom_gives_the_screen_to_one_pane_and_back() -> None:
    async with running(core_of(samples.typical())) as (pilot, dashboard):
        before = dashboard.sessions_pane.region
        await pilot.press("z")
        await pilot.pause()
        assert dashboard.sessions_pane.region.width == 120
        for name in ("boundaries", "windows", "events", "handoffs", "locks", "overlaps"):
            await pilot.press("shift+tab")
            await settled(pilot)
            assert dashboard.query_one(f"#{name}").region.height > 30
            assert dashboard.query_one(f"#{name}").region.width == 120
        await pilot.press("z")
        await pilot.pause()
        assert dashboard.sessions_pane.region == before


async def test_focus_of_the_terminal_is_told_to_the_live_view() -> None:
    core = core_of(samples.typical())
    async with running(core) as (pilot, _):
        pilot.app.post_message(events.AppBlur())
        await pilot.pause()
        assert _focused(core) is False
        pilot.app.post_message(events.AppFocus())
        await pilot.pause()
        assert _focused(core) is True
    assert core.live.stopped


async def test_the_cursor_waits_on_top_until_the_first_picture_is_complete() -> None:
    early = replace(samples.typical(), watch=WatchMode.STARTING)
    early = _with_state(early, "auth", SessionState.UNKNOWN)
    core = core_of(early)
    async with running(core) as (pilot, dashboard):
        table = dashboard.sessions_pane.table
        first = table.cursor
        core.live.publish(samples.typical())
        await settled(pilot)
        assert first != table.cursor == table.rows[0].key
        assert _names(table)[0] == "auth"
        core.live.publish(_with_state(samples.typical(), "auth", SessionState.IDLE))
        await settled(pilot)
        assert table.cursor == "/work/myapp/.git/worktrees/auth"
        assert _names(table)[0] != "auth"


async def test_news_after_the_end_crash_nothing() -> None:
    async with running(core_of(samples.typical())) as (pilot, dashboard):
        await dashboard.query("*").remove()
        dashboard.snapshot = samples.empty()
        await pilot.pause()
    assert dashboard.snapshot == samples.empty()


async def test_every_press_of_tab_counts_however_fast_they_come() -> None:
    core = core_of(samples.typical())
    async with running(core) as (pilot, dashboard):
        for key in ("tab", "tab", "tab"):
            pilot.app.post_message(events.Key(key, None))
        await settled(pilot)
        assert dashboard.pane_name == "overlaps"


async def test_the_preview_of_a_session_without_a_window_names_the_key_that_opens_one() -> None:
    async with running(core_of(samples.typical())) as (pilot, dashboard):
        (bare,) = [s for s in samples.typical().sessions if s.name == "main"]
        assert bare.windows == ()
        dashboard.select_session("main")
        await until(pilot, lambda: "No window: Enter opens one." in on_screen(pilot))


async def test_the_first_card_lies_over_the_empty_preview_and_over_nothing_else() -> None:
    async with running(core_of(samples.empty()), size=(80, 24)) as (pilot, dashboard):
        card = dashboard.query_one(FirstRun)
        await until(pilot, lambda: card.display)
        assert dashboard.detail.region.contains_region(card.region)
        await pilot.press("i")
        await until(pilot, lambda: not card.display)
        await pilot.press("v")
        await until(pilot, lambda: card.display)
        await pilot.resize_terminal(120, 40)
        await until(pilot, lambda: dashboard.detail.region.contains_region(card.region))
