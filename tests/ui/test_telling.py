"""News in the dashboard, on the desktop and by bell; the list of it; muting."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from textual.driver import Driver
from textual.pilot import Pilot

from parallel_tui.model.fact import PENDING
from parallel_tui.model.overlap.verdict import Level
from parallel_tui.model.session.session import SessionState
from parallel_tui.model.settings.config import Config
from parallel_tui.model.sharing.coordination import Coordination, Handoff
from parallel_tui.model.view.changes import gone
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.model.window.window import Pane
from parallel_tui.services.receipt import HandedOff
from parallel_tui.ui.app import ParallelApp
from parallel_tui.ui.screens.notices import NoticesScreen
from parallel_tui.ui.telling.focus import RECENT, TerminalFocus
from tests.ui import samples
from tests.ui.fake_engine import FakeCore, FakeEngine, Recorder
from tests.ui.harness import core_of, later, on_screen, running, toasts, until
from tests.ui.settling import settled


def with_state(snapshot: Snapshot, state: SessionState, *names: str) -> Snapshot:
    """The same with some sessions in a state."""
    return replace(
        snapshot,
        sessions=tuple(
            replace(each, evidence=replace(each.evidence, state=state))
            if each.name in names
            else each
            for each in snapshot.sessions
        ),
    )


def app_in(pilot: Pilot[Any]) -> ParallelApp:
    """The application."""
    assert isinstance(pilot.app, ParallelApp)
    return pilot.app


def away(pilot: Pilot[Any]) -> None:
    """Nobody looks at the terminal, and the first seconds are over."""
    app_in(pilot).terminal_focus.told(False)
    later(pilot)


def desktop_calls(core: FakeCore) -> list[tuple[str, str]]:
    """Titles and texts that the desktop was to show."""
    return [arguments for name, arguments in core.outside.desktop.calls if name == "tell"]


async def publish(pilot: Pilot[Any], core: FakeCore, snapshot: Snapshot) -> None:
    """Publish, and wait until it is told."""
    core.live.publish(snapshot)
    await until(pilot, lambda: app_in(pilot).dashboard.snapshot == snapshot)
    await settled(pilot)


async def test_who_is_away_is_called_once_for_all_that_happened() -> None:
    core = core_of(samples.typical())
    async with running(core) as (pilot, _):
        away(pilot)
        await publish(pilot, core, with_state(core.live.snapshot, SessionState.DONE, "api"))
        await until(pilot, lambda: desktop_calls(core))
        await publish(pilot, core, replace(core.live.snapshot, paused=True))
        assert desktop_calls(core) == [("myapp", "api is done")]
        assert toasts(pilot) == "api is done"


@pytest.mark.parametrize("news_first", [True, False], ids=["news first", "news after it"])
async def test_what_was_done_is_told_whatever_news_say_of_it(news_first: bool) -> None:
    core = core_of(samples.typical())
    done = "Removed api; press H to bring it back"
    async with running(core) as (pilot, dashboard):
        now = core.live.snapshot
        assert now is not None
        later(pilot)
        without = replace(now, sessions=tuple(each for each in now.sessions if each.name != "api"))
        if news_first:  # the engine saw the directory go before the verb had come to its end
            await publish(pilot, core, without)
            assert "Session api is gone" in toasts(pilot)
        dashboard.tell(done, about=(gone("api"),))
        await publish(pilot, core, without)
        told = [each.text for each in app_in(pilot).notices]
        assert told == ([done, "Session api is gone"] if news_first else [done])
        assert toasts(pilot) == done


async def test_who_looks_is_not_called() -> None:
    core = core_of(samples.typical())
    async with running(core) as (pilot, _):
        later(pilot)
        app_in(pilot).terminal_focus.told(True)
        await publish(pilot, core, with_state(core.live.snapshot, SessionState.DONE, "api"))
        assert toasts(pilot) == "api is done"
        assert desktop_calls(core) == []


async def test_many_at_once_are_one_notification_of_few_lines() -> None:
    core = core_of(samples.typical())
    async with running(core) as (pilot, _):
        away(pilot)
        states = zip(
            ("api", "tests", "search", "bisect", "main"),
            (
                SessionState.WAITING,
                SessionState.DONE,
                SessionState.FAILED,
                SessionState.LIMITED,
                SessionState.CRASHED,
            ),
            strict=True,
        )
        now = core.live.snapshot
        for name, state in states:
            now = with_state(now, state, name)
        await publish(pilot, core, now)
        await until(pilot, lambda: desktop_calls(core))
        ((_, text),) = desktop_calls(core)
        assert len(text.splitlines()) == 4
        assert text.endswith("and 2 more")


async def test_where_nothing_else_shows_it_the_terminal_is_asked_in_one_piece(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written: list[str] = []
    sequence = "\x1b]777;notify;myapp;api is done\x07"
    core = core_of(samples.typical())
    core.outside.desktop = Recorder(tell=False, in_terminal=sequence)
    async with running(core) as (pilot, _):
        away(pilot)
        monkeypatch.setattr(type(pilot.app), "is_headless", False)
        driver = pilot.app._driver
        assert isinstance(driver, Driver)
        monkeypatch.setattr(driver, "write", written.append)
        core.live.publish(with_state(core.live.snapshot, SessionState.DONE, "api"))
        await until(pilot, lambda: sequence in written)
        monkeypatch.undo()
    assert core.outside.desktop.calls[-1] == ("in_terminal", ("myapp", "api is done", False))


async def test_that_nothing_reaches_the_desktop_is_noted_once_and_toasted_never() -> None:
    core = core_of(samples.typical())
    core.outside.desktop = Recorder(tell=False, in_terminal="")
    async with running(core) as (pilot, _):
        away(pilot)

        def noted() -> list[str]:
            return [each.text for each in app_in(pilot).notices if each.how == "no desktop"]

        for state in (SessionState.DONE, SessionState.FAILED):
            tried = len(core.outside.desktop.calls)
            await publish(pilot, core, with_state(core.live.snapshot, state, "api"))
            await until(pilot, lambda tried=tried: len(core.outside.desktop.calls) == tried + 2)  # type: ignore[misc]
            await until(pilot, noted)
        assert len(noted()) == 1
        assert "Desktop notifications cannot" not in toasts(pilot)


async def test_the_bell_rings_only_where_that_is_wished_and_the_window_is_ours_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rung: list[str] = []
    monkeypatch.setattr(ParallelApp, "bell", lambda self: rung.append("bell"))
    home = samples.window(
        9, "view", "/work/myapp", "pdev-tui", panes=(Pane("%9", 9, "pdev-tui", "/", own=True),)
    )
    beside = replace(home, panes=(*home.panes, Pane("%10", 10, "zsh", "/", active=False)))
    for config, window, expected in (
        (Config(), home, []),
        (Config(notify_bell=True), home, ["bell"]),
        (Config(notify_bell=True), beside, []),
    ):
        start = samples.typical()
        core = FakeCore(FakeEngine(replace(start, windows=(*start.windows, window))), config=config)
        rung.clear()
        async with running(core) as (pilot, _):
            away(pilot)
            now = with_state(core.live.snapshot, SessionState.DONE, "api", "tests")
            await publish(pilot, core, now)
            assert "api is done" in toasts(pilot)
        assert rung == expected


async def test_muting_shows_a_mark_and_lists_what_was_not_shown() -> None:
    core = core_of(samples.typical())
    async with running(core) as (pilot, dashboard):
        away(pilot)
        await pilot.press("M")
        app_in(pilot).terminal_focus.told(False)
        await until(pilot, lambda: "muted" in on_screen(pilot).splitlines()[0])
        name = "[b]api[/b]"
        now = core.live.snapshot
        renamed = tuple(replace(s, name=name) if s.name == "api" else s for s in now.sessions)
        await publish(pilot, core, replace(now, sessions=renamed))
        await publish(pilot, core, with_state(core.live.snapshot, SessionState.DONE, name))
        assert "is done" not in toasts(pilot)
        assert desktop_calls(core) == []
        await pilot.press("exclamation_mark")
        await until(pilot, lambda: isinstance(pilot.app.screen, NoticesScreen))
        await settled(pilot)
        shown = on_screen(pilot)
        assert "[b]api[/b] is done" in shown
        assert "muted" in shown
        assert "Not shown: muted" in shown
        await pilot.press("escape")
        await pilot.press("M")
        await until(pilot, lambda: dashboard.hush == "")
        later(pilot)
        app_in(pilot).terminal_focus.told(False)
        await publish(pilot, core, with_state(core.live.snapshot, SessionState.CRASHED, name))
        assert "The agent of [b]api[/b] died" in toasts(pilot)


async def test_quiet_hours_are_marked_and_hold_news() -> None:
    hour = time.localtime(samples.NOW).tm_hour
    around = f"{hour:02}:00-{(hour + 1) % 24:02}:00"
    core = FakeCore(FakeEngine(samples.typical()), config=Config(notify_quiet_hours=around))
    async with running(core) as (pilot, dashboard):
        away(pilot)
        assert dashboard.hush == "quiet hours"
        await publish(pilot, core, with_state(core.live.snapshot, SessionState.DONE, "api"))
        assert (toasts(pilot), desktop_calls(core)) == ("", [])
        (only,) = app_in(pilot).notices
        assert (only.text, only.how) == ("api is done", "quiet hours")


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_the_list_of_notices_is_readable_in_every_size(size: tuple[int, int]) -> None:
    core = core_of(samples.typical())
    async with running(core, size=size) as (pilot, dashboard):
        await pilot.press("exclamation_mark")
        await until(pilot, lambda: "No notices yet." in on_screen(pilot))
        await pilot.press("escape")
        for number in range(30):
            dashboard.tell(f"line {number}\nmore \x1b[31m of it", title="Title")
        await pilot.press("exclamation_mark")
        await until(pilot, lambda: isinstance(pilot.app.screen, NoticesScreen))
        await settled(pilot)
        shown = on_screen(pilot)
        assert "Title: line 29 · more" in shown
        assert "\x1b[31m" not in shown
        assert "Close" in shown


async def test_a_handoff_of_our_own_is_told_by_one_toast() -> None:
    start = replace(samples.typical(), coordination=Coordination())
    handed = replace(
        start, coordination=Coordination(handoffs=(Handoff("h1", "api", "auth", "Wire it"),))
    )
    receipt = HandedOff("Handed to auth: Wire it", id="h1")
    for order in ("receipt", "news"), ("news", "receipt"):
        core = core_of(start)
        async with running(core) as (pilot, dashboard):
            later(pilot)
            work = dashboard.controllers.of(_sharing())._work
            steps: dict[str, Callable[[], None]] = {
                "receipt": lambda work=work: work.done(receipt),  # type: ignore[misc]
                "news": lambda core=core: core.live.publish(handed),  # type: ignore[misc]
            }
            for step in order:
                steps[step]()
                await settled(pilot)
            await until(pilot, lambda pilot=pilot: app_in(pilot).dashboard.snapshot == handed)  # type: ignore[misc]
            assert len(pilot.app._notifications) == 1, order
            later(pilot)
            other = Handoff("h2", "auth", "api", "And back")
            both = Coordination(handoffs=(Handoff("h1", "api", "auth", "Wire it"), other))
            await publish(pilot, core, replace(handed, coordination=both))
            assert "auth handed api: And back" in toasts(pilot)


async def test_a_conflict_calls_when_it_comes_and_not_when_it_stood_at_the_start() -> None:
    start = samples.overlapping()
    assert isinstance(start.overlaps, tuple)
    overlaps = tuple(each for each in start.overlaps if each.concern is Level.CONFLICT)
    core = core_of(replace(start, overlaps=PENDING))
    async with running(core) as (pilot, _):
        away(pilot)
        await publish(pilot, core, replace(start, overlaps=overlaps))
        assert " conflict" in toasts(pilot)
        assert desktop_calls(core) == []
        clear = replace(start, overlaps=())
        await publish(pilot, core, clear)
        await publish(pilot, core, replace(clear, overlaps=overlaps))
        await until(pilot, lambda: desktop_calls(core))
        assert " conflict" in desktop_calls(core)[0][1]


def _sharing() -> Any:
    from parallel_tui.ui.controllers.sharing import SharingCommands

    return SharingCommands


async def test_numbers_for_status_lines_are_kept_while_it_runs() -> None:
    core = core_of(samples.typical())
    async with running(core) as (pilot, _):
        later(pilot)

        def kept() -> list[str]:
            return [
                arguments[0] for name, arguments in core.outside.segment.calls if name == "show"
            ]

        await until(pilot, kept)
        assert "waiting 1\n" in kept()[-1]
        await publish(pilot, core, with_state(core.live.snapshot, SessionState.FAILED, "api"))
        await until(pilot, lambda: "failed 1\n" in kept()[-1])
        count = len(kept())
        await publish(pilot, core, replace(core.live.snapshot, paused=True))
        assert len(kept()) == count
    assert core.outside.segment.calls[-1][0] == "end"


def test_a_terminal_that_tells_its_focus_is_believed_and_any_other_only_while_keys_come() -> None:
    silent = TerminalFocus(100.0)
    assert silent.watched(101.0)
    assert not silent.watched(100.0 + RECENT)
    silent.typed(300.0)
    assert silent.watched(301.0)
    telling = TerminalFocus(100.0)
    telling.told(True)
    assert telling.watched(9_000.0)
    telling.told(False)
    assert not telling.watched(9_001.0)
    telling.typed(9_002.0)
    assert telling.watched(19_000.0)
