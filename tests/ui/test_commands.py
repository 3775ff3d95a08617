"""The one table: keys, reasons, remapping, and what each verb asks of the services."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from textual.drivers.headless_driver import HeadlessDriver
from textual.widgets._toast import Toast

from parallel_tui.errors import MuxError
from parallel_tui.model.scope import EVERYTHING
from parallel_tui.model.settings.config import Config
from parallel_tui.model.window.attachment import Attachment
from parallel_tui.ui.commands import COMMANDS, meant
from parallel_tui.ui.controllers import window_display
from parallel_tui.ui.keys import check_keys
from parallel_tui.ui.widgets.notice_line import NoticeLine
from tests.ui import samples
from tests.ui.fake_engine import FakeCore, FakeEngine, Recorder
from tests.ui.harness import core_of, on_screen, running, settle, toasts, until
from tests.ui.settling import settled

RESERVED: frozenset[str] = frozenset()
"""Keys of what comes later; they must do nothing until then."""


def _attachment(code: str, *, takes_terminal: bool = False) -> Attachment:
    return Attachment((sys.executable, "-c", code), {}, takes_terminal, "detach with prefix d")


def test_no_key_is_given_twice_and_later_ones_are_free() -> None:
    for pane in ("sessions", "overlaps", "locks", "handoffs", "events", "tasks"):
        here = [command for command in COMMANDS if meant(command, pane)]
        keys = [key for command in here for key in command.keys.split(",")]
        assert len(keys) == len(set(keys)), pane
        assert not RESERVED & set(keys)
    assert len({command.id for command in COMMANDS}) == len(COMMANDS)


def test_wrong_and_conflicting_remappings_are_told_and_not_used() -> None:
    used, warnings = check_keys({"spwan": "a", "spawn": "b", "remove": "b", "help": "/"})
    assert used == {"spawn": "b", "help": "/"}
    told = "\n".join(warnings)
    assert "keys.spwan: there is no such command; did you mean 'spawn'?" in told
    assert "keys.remove: 'b' is already given to 'spawn'" in told
    assert "keys.help: 'slash' no longer runs 'filter'" in told


async def test_a_remapped_key_works_and_the_old_one_does_not() -> None:
    core = replace(core_of(samples.typical()), config=Config(keys={"zoom": "f5", "wrong": "x"}))
    async with running(core) as (pilot, dashboard):
        assert "keys.wrong" in toasts(pilot)
        await pilot.press("z")
        assert not dashboard.arrangement.zoomed
        await pilot.press("f5")
        assert dashboard.arrangement.zoomed


async def test_a_command_that_cannot_run_says_why() -> None:
    async with running(core_of(samples.typical())) as (pilot, _):
        await pilot.press("5", "d")
        await pilot.pause()
        assert "main worktree is never removed" in toasts(pilot)
        await pilot.press("7", "enter")
        await pilot.pause()
        assert "directory of this session is gone" in toasts(pilot)


async def test_enter_attaches_the_session_under_the_cursor_however_fast_it_is_typed() -> None:
    attacher = Recorder(attach=_attachment("pass"))
    core = FakeCore(FakeEngine(samples.typical()), attacher=attacher)
    async with running(core) as (pilot, _):
        await pilot.press("j", "enter")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        (call,) = attacher.calls
        assert call == ("attach", ("/work/myapp/.git/worktrees/api",))
        assert "detach with prefix d" in toasts(pilot)


async def test_a_click_on_a_row_attaches_it_and_on_a_window_that_window() -> None:
    attacher = Recorder(attach=_attachment("pass"), attach_window=_attachment("pass"))
    core = FakeCore(FakeEngine(samples.typical()), attacher=attacher)
    async with running(core) as (pilot, _):
        await pilot.click("#session-table", offset=(20, 2))
        await pilot.app.workers.wait_for_complete()
        await pilot.click("#windows-table", offset=(5, 3))
        await pilot.app.workers.wait_for_complete()
        assert attacher.calls == [
            ("attach", ("/work/myapp/.git/worktrees/api",)),
            ("attach_window", ("@3",)),
        ]


async def test_a_click_only_selects_where_that_is_configured() -> None:
    attacher = Recorder()
    core = FakeCore(FakeEngine(samples.typical()), config=Config(mouse="select"), attacher=attacher)
    async with running(core) as (pilot, dashboard):
        await pilot.click("#session-table", offset=(20, 2))
        await pilot.pause()
        assert dashboard.situation.session is not None
        assert dashboard.situation.session.name == "api"
        assert attacher.calls == []


async def test_a_failing_attach_tells_what_the_command_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(HeadlessDriver, "can_suspend", True)
    loud = "import sys; sys.stderr.write('no such session'); sys.exit(3)"
    for takes_terminal in (False, True):
        attacher = Recorder(attach=_attachment(loud, takes_terminal=takes_terminal))
        core = FakeCore(FakeEngine(samples.typical()), attacher=attacher)
        async with running(core) as (pilot, dashboard):
            await pilot.press("enter")
            await pilot.app.workers.wait_for_complete()
            await pilot.pause()
            assert "no such session" in toasts(pilot)
            assert core.live.pauses == takes_terminal
            assert dashboard.sessions_pane.table.has_focus


async def test_a_multiplexer_that_does_not_answer_takes_keys_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    attacher = Recorder(attach=_attachment(f"open({str(gate)!r}).read()"))
    core = FakeCore(FakeEngine(samples.typical()), attacher=attacher)
    monkeypatch.setattr(window_display, "ANSWER", 60.0)
    async with running(core) as (pilot, dashboard):
        first = dashboard.sessions_pane.table.cursor
        await pilot.press("enter", "j")
        await until(pilot, lambda: "going to the window" in on_screen(pilot))
        assert "To the dashboard" not in toasts(pilot)
        await asyncio.to_thread(gate.write_text, "go on")
        await until(pilot, lambda: "To the dashboard: detach with" in toasts(pilot))
        assert dashboard.sessions_pane.table.cursor == first
        monkeypatch.setattr(window_display, "ANSWER", 0.2)
        await pilot.press("enter")
        await until(pilot, lambda: "no answer within 0.2 s" in toasts(pilot))
        await pilot.press("j")
        await until(pilot, lambda: dashboard.sessions_pane.table.cursor != first)


async def test_a_known_error_is_a_toast_with_its_hint() -> None:
    error = MuxError("tmux is not installed", hint="apt install tmux")
    core = FakeCore(FakeEngine(samples.typical()), attacher=Recorder(attach=error))
    async with running(core) as (pilot, _):
        await pilot.press("enter")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert "tmux is not installed\napt install tmux" in toasts(pilot)


async def test_an_unexpected_error_is_shown_and_the_program_goes_on() -> None:
    core = FakeCore(FakeEngine(samples.typical()), attacher=Recorder(attach=KeyError("[/oops]")))
    async with running(core) as (pilot, dashboard):
        await pilot.press("enter")
        await settled(pilot)
        assert pilot.app.screen is not dashboard
        await pilot.press("escape")
        await pilot.pause()
        assert pilot.app.screen is dashboard


async def test_the_palette_finds_commands_and_sessions() -> None:
    core = core_of(samples.crowded())
    async with running(core) as (pilot, dashboard):
        await pilot.press("colon", *"refresh")
        await settled(pilot)
        await pilot.press("enter", "enter")
        await pilot.pause()
        assert EVERYTHING in core.live.pokes
        dashboard.select_session("s12")
        await pilot.pause()
        assert dashboard.situation.session is not None
        assert dashboard.situation.session.name == "s12"


async def test_help_names_every_command_with_its_real_key() -> None:
    core = replace(core_of(samples.typical()), config=Config(keys={"zoom": "f5"}))
    async with running(core) as (pilot, _):
        await pilot.press("question_mark")
        await pilot.pause()
        text = pilot.app.screen.query_one("#help-text").render().plain  # type: ignore[union-attr]
        for command in COMMANDS:
            if not command.id.startswith("jump-"):
                assert command.help in text
        assert "f5" in text.lower()
        await pilot.press("question_mark")
        await settle(pilot)
        assert pilot.app.screen is pilot.app.screen_stack[0]


async def test_help_names_the_keys_of_commands_that_another_pane_has() -> None:
    core = replace(core_of(samples.typical()), config=Config(keys={"tick": "f6"}))
    async with running(core) as (pilot, _):
        await pilot.press("question_mark")
        await pilot.pause()
        text = pilot.app.screen.query_one("#help-text").render().plain  # type: ignore[union-attr]
        keys = {words[1]: words[0] for words in map(str.split, text.splitlines()) if words[1:]}
        assert keys["open"] == keys["open-overlap"] == "Enter"
        assert keys["tick"].lower() == "f6"


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_notice_has_a_line_of_its_own_and_covers_nothing(size: tuple[int, int]) -> None:
    async with running(core_of(samples.typical()), size=size) as (pilot, dashboard):
        pilot.app._disable_notifications = False
        dashboard.tell("Something [b]went[/b] wrong\nand this mends it", severity="error")
        dashboard.tell("Something else happened")
        await until(pilot, lambda: "+1 Something [b]went[/b] wrong · and" in on_screen(pilot))
        assert not pilot.app.screen.query(Toast)
        told = pilot.app.screen.query_one(NoticeLine).region
        assert told.bottom == size[1] - 1, "the footer is below it"
        panes = [pane.region for pane in pilot.app.screen.query(".pane") if pane.region.area]
        assert not any(told.overlaps(pane) for pane in panes)
        pilot.app.clear_notifications()
        await until(pilot, lambda: "Something" not in on_screen(pilot))


@pytest.mark.parametrize("width", [60, 80, 100, 160])
async def test_the_foot_keeps_help_and_the_way_out_in_view(width: int) -> None:
    async with running(core_of(samples.typical()), size=(width, 24)) as (pilot, dashboard):
        await until(pilot, lambda: "q Quit" in on_screen(pilot))
        assert "? Help" in on_screen(pilot)
        keys = dashboard.query("KeyFooter FooterKey")
        assert all(key.region.right <= width for key in keys)
        assert keys.first().region.x < keys.last().region.x
