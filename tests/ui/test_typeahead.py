"""Keys typed faster than the screen follows go where they were meant to go."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from textual import events
from textual.pilot import Pilot

from parallel_tui.model.lifecycle.removal import RemovalPlan
from parallel_tui.model.lifecycle.spawn import SpawnPlan, SpawnRequest
from parallel_tui.services.spawn.spawner import SpawnChoices
from parallel_tui.ui.dashboard.screen import Dashboard
from parallel_tui.ui.dialogs.remove import RemoveDialog
from tests.support.waiting import PATIENCE
from tests.ui import samples
from tests.ui.fake_engine import FakeCore, Recorder
from tests.ui.harness import core_of, running, until


def _type(pilot: Pilot[int], *keys: str) -> None:
    """Press keys without waiting for what any of them does."""
    for key in keys:
        name = "slash" if key == "/" else key
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
    core.spawner = Recorder(choices=give, plan=lambda request: made)
    async with running(core) as (pilot, _):
        _type(pilot, "n", "d", "o", "c", "s", "enter")
        await pilot.pause()
        await pilot.pause()
        gate.set()
        await until(pilot, lambda: any(name == "spawn" for name, _ in core.spawner.calls))
        asked = next(args[0] for name, args in core.spawner.calls if name == "spawn")
        assert isinstance(asked, SpawnRequest)
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
    core.spawner = Recorder(choices=OSError("no"))
    async with running(core) as (pilot, dashboard):
        before = dashboard.sessions_pane.table.cursor
        await pilot.press("n")
        await until(pilot, lambda: not dashboard.busy)
        await pilot.press("escape", "escape")
        await pilot.press("j")
        await until(pilot, lambda: dashboard.sessions_pane.table.cursor != before)
