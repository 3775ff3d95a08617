"""Keys typed faster than the screen follows go where they were meant to go."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any, cast

from textual import events
from textual.notifications import Notification
from textual.pilot import Pilot
from textual.widgets import Input

from parallel_tui.errors import UsageError
from parallel_tui.model.lifecycle.removal import RemovalPlan
from parallel_tui.model.lifecycle.spawn import SpawnPlan, SpawnRequest
from parallel_tui.model.window.attachment import Attachment
from parallel_tui.services.spawn.spawner import SpawnChoices
from parallel_tui.ui.app import ParallelApp
from parallel_tui.ui.dashboard.screen import Dashboard
from parallel_tui.ui.dialogs.remove import RemoveDialog
from tests.support.waiting import PATIENCE
from tests.ui import samples
from tests.ui.fake_engine import FakeCore, FakeEngine, Recorder
from tests.ui.harness import core_of, on_screen, running, toasts, until


def _type(pilot: Pilot[int], *keys: str) -> None:
    """Press keys without waiting for what any of them does."""
    for key in keys:
        name = {"/": "slash", " ": "space", "-": "minus"}.get(key, key)
        pilot.app.post_message(events.Key(name, key if len(key) == 1 else None))


def _slow(answer: object) -> tuple[threading.Event, Callable[..., Any]]:
    gate = threading.Event()

    def give(*_args: object, **_options: object) -> object:
        gate.wait(PATIENCE)
        return answer

    return gate, give


def _core() -> FakeCore:
    return core_of(samples.typical())


async def test_a_filter_takes_all_that_follows_its_key() -> None:
    async with running(_core()) as (pilot, dashboard):
        _type(pilot, "/", "a", "u", "t", "h", "enter")
        await until(pilot, lambda: dashboard.filter_text == "auth")
        await until(pilot, lambda: dashboard.focused is dashboard.sessions_pane.table)
        assert isinstance(pilot.app.screen, Dashboard)


async def test_a_filter_takes_all_that_follows_its_key_in_a_terminal_behind_others() -> None:
    async with running(_core()) as (pilot, dashboard):
        pilot.app.post_message(events.AppBlur())
        await until(pilot, lambda: dashboard.focused is None)
        _type(pilot, "/", "a", "u", "t", "h", "enter")
        await until(pilot, lambda: dashboard.filter_text == "auth")
        await until(pilot, lambda: dashboard.focused is dashboard.sessions_pane.table)
        assert isinstance(pilot.app.screen, Dashboard)


async def test_a_name_typed_before_the_form_is_there_is_the_sessions() -> None:
    core = _core()
    choices = SpawnChoices(("main",), (), ("single",), "claude", frozenset())
    gate, give = _slow(choices)
    made = SpawnPlan("docs", "feature/docs", "/w/docs", "docs", (), "main", ())
    core.spawner = Recorder(choices=give, choices_at_once=choices, plan=lambda request: made)
    async with running(core) as (pilot, _):
        _type(pilot, "n", "d", "o", "c", "s", "enter")
        await pilot.pause()
        await pilot.pause()
        gate.set()
        await until(pilot, lambda: any(name == "spawn" for name, _ in core.spawner.calls))
        asked = next(args[0] for name, args in core.spawner.calls if name == "spawn")
        assert isinstance(asked, SpawnRequest)
        assert asked.name == "docs"


async def test_what_follows_tab_is_for_the_next_field_and_what_follows_enter_is_not() -> None:
    core = _core()
    choices = SpawnChoices(("main",), (), ("single",), "claude", frozenset())
    gate, give = _slow(SpawnPlan("docs", "feature/docs", "/w/docs", "docs", (), "main", ()))
    core.spawner = Recorder(choices=choices, choices_at_once=choices, plan=give)
    async with running(core) as (pilot, dashboard):
        before = dashboard.sessions_pane.table.cursor
        _type(pilot, "E", *"docs", "tab", *"do it", "ctrl+s", "j", "j")
        await until(pilot, lambda: getattr(pilot.app.screen, "frozen", False))
        await pilot.pause()
        assert dashboard.sessions_pane.table.cursor == before, "the form has not answered yet"
        gate.set()
        await until(pilot, lambda: any(name == "spawn" for name, _ in core.spawner.calls))
        asked = next(args[0] for name, args in core.spawner.calls if name == "spawn")
        assert (asked.name, asked.prompt) == ("docs", "do it")
        await until(pilot, lambda: dashboard.sessions_pane.table.cursor != before)


async def test_a_refused_form_takes_no_key_that_was_typed_for_what_follows() -> None:
    core = _core()
    choices = SpawnChoices(("main",), (), ("single",), "claude", frozenset())
    gate, give = _slow(None)

    def refuse(request: SpawnRequest) -> SpawnPlan:
        give()
        raise UsageError(f"{request.name} is taken")

    core.spawner = Recorder(choices=choices, choices_at_once=choices, plan=refuse)
    async with running(core) as (pilot, _):
        _type(pilot, "n", *"docs", "enter", "n", *"more", "enter")
        await until(pilot, lambda: getattr(pilot.app.screen, "frozen", False))
        gate.set()
        await until(pilot, lambda: "docs is taken" in on_screen(pilot))
        await pilot.press("2")
        assert pilot.app.screen.query_one("#name", Input).value == "docs2"
        assert not any(name == "spawn" for name, _ in core.spawner.calls)


async def test_a_command_waits_for_the_repository_and_escape_takes_it_back() -> None:
    core = _core()
    choices = SpawnChoices(("main",), (), ("single",), "claude", frozenset())
    made = SpawnPlan("docs", "feature/docs", "/w/docs", "docs", (), "main", ())
    core.spawner = Recorder(choices=choices, choices_at_once=choices, plan=lambda request: made)
    gate, give = _slow(core)
    app = ParallelApp(give, env={})
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.dashboard.focused is not None)
        _type(pilot, "n", "q", "escape")
        await until(pilot, lambda: "opening the repository" not in app.dashboard.busy)
        _type(pilot, "n", *"docs", "enter")
        await until(pilot, lambda: "opening the repository" in app.dashboard.busy)
        gate.set()
        await until(pilot, lambda: any(name == "spawn" for name, _ in core.spawner.calls))
        asked = next(args[0] for name, args in core.spawner.calls if name == "spawn")
        assert asked.name == "docs"


async def test_keys_before_a_question_do_not_answer_it() -> None:
    core = _core()
    gate, give = _slow(RemovalPlan("k", "auth", "/w", "feature/auth", "a" * 40))
    core.remover = Recorder(plan=give)
    async with running(core) as (pilot, _):
        _type(pilot, "d", "enter", "j")
        await pilot.pause()
        await pilot.pause()
        gate.set()
        await until(pilot, lambda: isinstance(pilot.app.screen, RemoveDialog))
        await pilot.pause()
        assert isinstance(pilot.app.screen, RemoveDialog)
        assert [name for name, _ in core.remover.calls] == ["plan"]
        assert core.attacher.calls == []


async def test_escape_before_a_question_takes_it_back_and_keys_work_again() -> None:
    core = _core()
    gate, give = _slow(RemovalPlan("k", "auth", "/w", "feature/auth", "a" * 40))
    core.remover = Recorder(plan=give)
    async with running(core) as (pilot, dashboard):
        _type(pilot, "d", "escape")
        await pilot.pause()
        gate.set()
        await until(pilot, lambda: core.remover.calls and not dashboard.busy)
        assert isinstance(pilot.app.screen, Dashboard)
        before = dashboard.sessions_pane.table.cursor
        await pilot.press("j")
        await until(pilot, lambda: dashboard.sessions_pane.table.cursor != before)
        assert [name for name, _ in core.remover.calls] == ["plan"]


async def test_a_look_that_fails_gives_the_keys_back() -> None:
    core = _core()
    choices = SpawnChoices((), (), ("single",), "", frozenset())
    core.spawner = Recorder(choices=OSError("no"), choices_at_once=choices)
    async with running(core) as (pilot, dashboard):
        before = dashboard.sessions_pane.table.cursor
        await pilot.press("n")
        await until(pilot, lambda: pilot.app.screen is not dashboard)
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is dashboard)
        await pilot.press("j")
        await until(pilot, lambda: dashboard.sessions_pane.table.cursor != before)


async def test_what_is_typed_after_enter_on_a_session_is_no_command_of_the_dashboard() -> None:
    there = Attachment((sys.executable, "-c", "pass"), {}, False, "prefix L")
    gate, attach = _slow(there)
    core = FakeCore(FakeEngine(samples.typical()), attacher=Recorder(attach=attach))
    async with running(core) as (pilot, dashboard):
        _type(pilot, "enter", "d", "y", "enter", "q")
        await until(pilot, lambda: core.attacher.calls)
        _type(pilot, "n", "x")
        gate.set()
        await until(pilot, lambda: "prefix L" in toasts(pilot))
        assert isinstance(pilot.app.screen, Dashboard)
        assert len(core.attacher.calls) == 1
        await pilot.press("j")
        table = dashboard.sessions_pane.table
        assert table.cursor == table.rows[1].key


async def test_what_is_told_while_help_or_the_palette_is_open_is_read_there() -> None:
    async with running(_core()) as (pilot, _):
        for key in ("question_mark", "colon"):
            await pilot.press(key)
            await until(pilot, lambda: not isinstance(pilot.app.screen, Dashboard))
            # Headless runs tell nothing by themselves.
            cast(ParallelApp, pilot.app).told_now = (Notification(f"told at {key}"),)
            await until(pilot, lambda key=key: f"told at {key}" in on_screen(pilot))  # type: ignore[misc]
            assert "Esc Close" in on_screen(pilot).splitlines()[-1]
            await pilot.press("escape")
            await until(pilot, lambda: isinstance(pilot.app.screen, Dashboard))
