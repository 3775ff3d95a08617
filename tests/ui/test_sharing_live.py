"""The dashboard on a real repository: what it writes others see, and what others write it shows."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Button

from parallel_tui.bootstrap import Core, Overrides, open_core
from parallel_tui.model.fact import known
from parallel_tui.ui.app import ParallelApp
from parallel_tui.ui.dashboard.screen import Dashboard
from parallel_tui.ui.dialogs.form import FormDialog
from parallel_tui.ui.panes.list_pane import ListPane
from tests.support.world import World
from tests.ui.harness import settle, toasts, until

SCRIPT = Path(__file__).parents[1] / "guide" / "lock-files.sh"

pytestmark = pytest.mark.tmux


def _core(world: World) -> Core:
    return open_core(Overrides(str(world.repo), {"tmux.socket": world.socket}), dict(world.env))


@asynccontextmanager
async def _running(world: World) -> AsyncIterator[tuple[Pilot[int], Dashboard]]:
    app = ParallelApp(lambda: _core(world), env=dict(world.env))
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        dashboard = app.dashboard
        await until(pilot, lambda: len(dashboard.sessions) == 3)
        yield pilot, dashboard


def _pdev(world: World, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "parallel_tui.cli.main", *args],
        cwd=world.repo,
        env=dict(world.env),
        capture_output=True,
        text=True,
        check=False,
    )


def _rows(dashboard: Dashboard, pane: str, column: str) -> list[str]:
    table = dashboard.query_one(f"#{pane}", ListPane).table
    return ["".join(text for text, _ in row.cells.get(column, ())) for row in table.rows]


async def _select(pilot: Pilot[int], dashboard: Dashboard, name: str) -> None:
    session = next(each for each in dashboard.sessions if each.name == name)
    dashboard.sessions_pane.table.select(session.key)
    await pilot.pause()


async def test_a_lock_made_with_a_key_keeps_other_sessions_out(world: World) -> None:
    world.worktree("auth")
    world.worktree("api")
    async with _running(world) as (pilot, dashboard):
        await _select(pilot, dashboard, "auth")
        await pilot.press("L")
        await until(pilot, lambda: isinstance(pilot.app.screen, FormDialog))
        await pilot.press(*"src/app.py", "enter")
        await until(pilot, lambda: _rows(dashboard, "locks", "owner") == ["auth"])
        assert (world.repo / ".claude/locks/src_app.py.lock").read_text().strip() == "auth"
        assert _pdev(world, "lock", "--check", "src/app.py", "--session", "api").returncode == 1
        assert _pdev(world, "lock", "--check", "src/app.py", "--session", "auth").returncode == 0
        await until(pilot, lambda: isinstance(pilot.app.screen, Dashboard))
        await pilot.press("u")
        await until(pilot, lambda: not isinstance(pilot.app.screen, Dashboard))
        await pilot.press("y")
        await until(pilot, lambda: not _rows(dashboard, "locks", "owner"))
        assert not (world.repo / ".claude/locks/src_app.py.lock").exists()


async def test_a_lock_of_the_guide_s_script_appears_as_it_is_and_goes_again(world: World) -> None:
    world.worktree("auth")
    world.worktree("api")
    env = {**world.env, "CLAUDE_SESSION_ID": "api"}

    def script(*args: str) -> None:
        subprocess.run(
            ["bash", str(SCRIPT), *args], cwd=world.repo, env=env, check=True, capture_output=True
        )

    async with _running(world) as (pilot, dashboard):
        script("lock", "docs/guide.md")
        await until(pilot, lambda: _rows(dashboard, "locks", "state") == ["foreign"])
        assert _rows(dashboard, "locks", "target") == ["docs/guide.md"]
        await _select(pilot, dashboard, "auth")
        await pilot.press("L")
        await until(pilot, lambda: isinstance(pilot.app.screen, FormDialog))
        await pilot.press(*"docs", "enter")
        form = pilot.app.screen
        await until(pilot, lambda: form.query_one("#result").display)
        assert "held by api" in str(form.query_one("#result").render())
        await pilot.press("escape")
        script("unlock", "docs/guide.md")
        await until(pilot, lambda: not _rows(dashboard, "locks", "state"))


def _unread(dashboard: Dashboard, name: str) -> int:
    """Events that a session has still to see."""
    shared = known(dashboard.snapshot.coordination) if dashboard.snapshot else None
    return shared.unread_of([name])[name] if shared else 0


async def test_a_handoff_from_the_command_line_is_told_and_accepted_here(world: World) -> None:
    world.worktree("auth")
    world.worktree("api")
    async with _running(world) as (pilot, dashboard):
        await until(pilot, lambda: dashboard.snapshot and dashboard.snapshot.watch != "starting")
        sent = _pdev(
            world,
            "handoff",
            "send",
            "api",
            "--task",
            "Wire it",
            "--session",
            "auth",
        )
        assert sent.returncode == 0, sent.stderr
        await until(pilot, lambda: _rows(dashboard, "handoffs", "state") == ["pending"])
        await until(pilot, lambda: "auth handed api: Wire it" in toasts(pilot))
        dashboard.action_show_lower("handoffs")
        await until(pilot, lambda: dashboard.pane_name == "handoffs")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, FormDialog))
        pilot.app.screen.query_one("#choice-accept", Button).press()
        await until(pilot, lambda: _rows(dashboard, "handoffs", "state") == ["accepted"])
        assert "accepted" in _pdev(world, "handoff", "list").stdout
        # Accepting tells the sender, whose event waits to be seen.
        await _select(pilot, dashboard, "auth")
        await until(pilot, lambda: _unread(dashboard, "auth"))
        dashboard.sessions_pane.table.focus()
        await pilot.press("a")
        await until(pilot, lambda: not _unread(dashboard, "auth"))
        assert _pdev(world, "event", "list", "--unread", "--session", "auth").stdout == ""
