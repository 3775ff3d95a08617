"""Keys, edits, commits, sessions, dialogs and toasts leave nothing behind.

Short by default. `make soak` does each a thousand times (sessions two hundred), see the Makefile.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.pilot import Pilot

from parallel_tui.bootstrap import Overrides, open_core
from parallel_tui.ui.app import ParallelApp
from tests.soak.counting import grows
from tests.support.world import World
from tests.ui.harness import settle, until

LONG = bool(os.environ.get("PDEV_SOAK"))
pytestmark = [pytest.mark.tmux, pytest.mark.timeout(3600 if LONG else 300)]

PATIENCE = 60.0
ALL = ("question_mark", "H", "n", "L", "h", "slash", "ctrl+p", "o", "M", "c")
SESSIONS = ("a", "b", "c")


def _times(short: int, long: int) -> dict[str, int]:
    return {
        "first": max(short // 2, long // 10) if LONG else short,
        "times": long if LONG else short,
    }


@asynccontextmanager
async def _running(world: World) -> AsyncIterator[tuple[Pilot[int], ParallelApp]]:
    for name in SESSIONS:
        world.worktree(name)
    given = {"tmux.socket": world.socket, "agent": ""}
    app = ParallelApp(
        lambda: open_core(Overrides(str(world.repo), given), dict(world.env)), env=dict(world.env)
    )
    async with app.run_test(size=(150, 45)) as pilot:
        await settle(pilot)
        await until(pilot, lambda: len(app.dashboard.sessions) == len(SESSIONS) + 1)
        await _seen(pilot, app)
        yield pilot, app


async def _seen(pilot: Pilot[int], app: ParallelApp) -> None:
    """Wait until everything that happened is on screen."""
    assert app.engine is not None
    assert await asyncio.to_thread(app.engine.wait_seen, PATIENCE)
    await pilot.pause()
    await pilot.pause()


@pytest.mark.parametrize("key", ["tab", "down", "z", "T"] if LONG else ["tab"])
async def test_keys(world: World, key: str) -> None:
    async with _running(world) as (pilot, app):

        async def press(_: int) -> None:
            await pilot.press(key)

        left = await grows(press, lambda: _seen(pilot, app), **_times(100, 1000))
        assert not left, left


@pytest.mark.parametrize("key", ALL if LONG else ["question_mark", "n", "ctrl+p"])
async def test_what_opens_and_closes(world: World, key: str) -> None:
    async with _running(world) as (pilot, app):

        async def open_and_close(_: int) -> None:
            await pilot.press(key)
            await pilot.pause()
            await pilot.press("escape")
            await until(pilot, lambda: app.screen is app.dashboard)

        left = await grows(open_and_close, lambda: _seen(pilot, app), **_times(12, 200))
        assert not left, left


async def test_edits(world: World) -> None:
    async with _running(world) as (pilot, app):

        async def edit(number: int) -> None:
            name = SESSIONS[number % len(SESSIONS)]
            lines = "".join(f"{number if line == 5 else line}\n" for line in range(40))
            world.write("src/app.py", lines, cwd=world.root / f"myapp-{name}")
            await _seen(pilot, app)

        # What predictions remember is bounded by rounds: those have to be over first.
        times = {"first": 200, "times": 1000} if LONG else {"first": 45, "times": 40}
        left = await grows(edit, lambda: _seen(pilot, app), spare=60, **times)
        assert not left, left


async def test_sessions_come_and_go(world: World) -> None:
    async with _running(world) as (pilot, app):

        async def come_and_go(number: int) -> None:
            path = await asyncio.to_thread(world.worktree, f"s{number}")
            await _seen(pilot, app)
            await asyncio.to_thread(world.git, "worktree", "remove", "--force", str(path))
            await asyncio.to_thread(world.git, "branch", "-qD", f"feature/s{number}")
            await _seen(pilot, app)

        # Each is told of, and what was told is kept for the notices, up to a bound.
        left = await grows(come_and_go, lambda: _seen(pilot, app), spare=400, **_times(10, 200))
        assert not left, left


async def test_toasts(world: World) -> None:
    async with _running(world) as (pilot, app):

        async def tell(number: int) -> None:
            app.notify(f"toast {number}", timeout=0.05)
            await until(pilot, lambda: not list(app._notifications))

        left = await grows(tell, lambda: _seen(pilot, app), **_times(20, 500))
        assert not left, left
