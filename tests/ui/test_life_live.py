"""Sync and cleanup on a real repository: what the screens show is what git then says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.pilot import Pilot

from parallel_tui.bootstrap import Overrides, open_core
from parallel_tui.command_lines import undo_line
from parallel_tui.ui.app import ParallelApp
from parallel_tui.ui.dashboard.screen import Dashboard
from parallel_tui.ui.dialogs.confirm import ConfirmDialog
from parallel_tui.ui.screens.cleanup import CleanupScreen
from parallel_tui.ui.screens.history import HistoryScreen
from parallel_tui.ui.screens.sync import SyncScreen
from tests.support.world import World
from tests.ui.harness import on_screen, settle, toasts, until

pytestmark = pytest.mark.tmux


@asynccontextmanager
async def _running(world: World, sessions: int) -> AsyncIterator[Pilot[int]]:
    given = {"tmux.socket": world.socket, "agent": ""}
    app = ParallelApp(
        lambda: open_core(Overrides(str(world.repo), given), dict(world.env)), env=dict(world.env)
    )
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await until(pilot, lambda: len(app.dashboard.sessions) == sessions)
        yield pilot


async def _select_undo(pilot: Pilot[int], words: str) -> None:
    """Put the cursor on the newest line of the history with such an undo."""
    screen = pilot.app.screen
    assert isinstance(screen, HistoryScreen)

    def found() -> bool:
        keys = (
            key for key, entry in screen.entries.items() if undo_line(entry.undo).startswith(words)
        )
        return screen.table.select(next(keys, ""))

    await until(pilot, found)


def _tip(world: World, ref: str) -> str:
    return world.git("rev-parse", ref).strip()


async def test_a_sync_rebases_what_it_can_gives_back_the_rest_and_is_taken_back(
    world: World,
) -> None:
    bare = world.root / "origin.git"
    world.git("clone", "-q", "--bare", str(world.repo), str(bare), cwd=world.root)
    world.git("remote", "add", "origin", str(bare))
    world.git("fetch", "-q", "origin")
    world.git("branch", "-q", "--set-upstream-to=origin/main", "main")
    smooth, clash = world.worktree("smooth"), world.worktree("clash")
    world.commit("smooth.txt", "1\n", cwd=smooth)
    world.commit("README.md", "ours\n", cwd=clash, message="planted")
    elsewhere = world.root / "elsewhere"
    world.git("clone", "-q", str(bare), str(elsewhere), cwd=world.root)
    new = world.commit("README.md", "theirs\n", cwd=elsewhere)
    world.git("push", "-q", "origin", "main", cwd=elsewhere)
    old = {name: _tip(world, f"feature/{name}") for name in ("smooth", "clash")}

    async with _running(world, 3) as pilot:
        await pilot.press("S")
        await until(pilot, lambda: isinstance(pilot.app.screen, SyncScreen))
        screen = pilot.app.screen
        assert isinstance(screen, SyncScreen)
        await until(pilot, lambda: screen.phase != "looking")
        assert screen.phase == "ready", on_screen(pilot)
        assert screen.plan is not None
        predicted = {row.name: row.conflicting for row in screen.plan.sessions if not row.skip}
        assert predicted == {"smooth": False, "clash": True}
        await pilot.press("y")
        await until(pilot, lambda: screen.phase == "ended")
        await until(pilot, lambda: "1 in conflict and put back" in on_screen(pilot))
        assert _tip(world, "feature/clash") == old["clash"]
        assert _tip(world, "feature/smooth^") == new
        assert world.git("status", "--porcelain", cwd=clash) == ""

        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, Dashboard))
        await pilot.press("H")
        await until(pilot, lambda: isinstance(pilot.app.screen, HistoryScreen))
        await _select_undo(pilot, "pdev sync --undo")
        await pilot.press("u")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmDialog))
        await pilot.press("y")
        await until(pilot, lambda: _tip(world, "feature/smooth") == old["smooth"])
        await until(pilot, lambda: "as before the sync: smooth" in toasts(pilot))


async def test_a_merged_session_is_cleaned_up_and_comes_back_with_its_ignored_files(
    world: World,
) -> None:
    world.commit(".gitignore", ".env\n")
    done, fresh = world.worktree("done"), world.worktree("fresh")
    world.commit("done.txt", "1\n", cwd=done)
    world.git("merge", "-q", "--no-ff", "-m", "bring it in", "feature/done")
    (done / ".env").write_text("SECRET=1\n")

    async with _running(world, 3) as pilot:
        await pilot.press("c")
        await until(pilot, lambda: isinstance(pilot.app.screen, CleanupScreen))
        screen = pilot.app.screen
        assert isinstance(screen, CleanupScreen)
        await until(pilot, lambda: screen.candidates)
        ready = {each.name: each.ready for each in screen.candidates.values()}
        assert ready == {"done": True, "fresh": False}
        await pilot.press("a", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmDialog))
        assert done.exists()
        await pilot.press("y")
        await until(pilot, lambda: not done.exists())
        await until(pilot, lambda: "Cleaned up 1 session: done" in toasts(pilot))
        assert fresh.exists()
        assert isinstance(pilot.app.screen, Dashboard)
        dashboard = pilot.app.screen
        await until(pilot, lambda: len(dashboard.sessions) == 2)

        await pilot.press("H")
        await until(pilot, lambda: isinstance(pilot.app.screen, HistoryScreen))
        await _select_undo(pilot, "pdev undo")
        await pilot.press("u")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmDialog))
        await pilot.press("y")
        await until(pilot, lambda: len(dashboard.sessions) == 3)
        assert (done / ".env").read_text() == "SECRET=1\n"
        assert _tip(world, "feature/done") == world.git("rev-parse", "HEAD", cwd=done).strip()
