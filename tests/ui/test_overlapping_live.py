"""An edit in two real sessions is on screen, and told to both."""

from __future__ import annotations

import json
from functools import partial

from parallel_tui.bootstrap import Overrides, open_core
from parallel_tui.ui.app import ParallelApp
from parallel_tui.ui.panes.overlaps import OverlapsPane
from parallel_tui.ui.screens.pair import PairScreen
from parallel_tui.ui.widgets.patch_view import PatchView
from tests.support.world import World
from tests.ui.harness import settle, toasts, until
from tests.ui.settling import settled


def _shows(view: PatchView, text: str) -> bool:
    return text in "".join(view.render_line(y).text for y in range(6))


async def test_an_edit_in_two_sessions_is_seen_told_and_can_be_looked_into(world: World) -> None:
    auth, api = world.worktree("auth"), world.worktree("api")
    given = Overrides(str(world.repo), {"tmux.socket": world.socket})
    app = ParallelApp(lambda: open_core(given, dict(world.env)), env=dict(world.env))
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        pane = app.dashboard.query_one(OverlapsPane)
        await until(pilot, lambda: not pane.listed.pending)
        (auth / "src/app.py").write_text("x = 2\n")
        (api / "src/app.py").write_text("x = 3\n")
        await until(pilot, lambda: pane.table.rows)
        assert "".join(text for text, _ in pane.table.rows[0].cells["mark"])[0] == "C"
        state = world.repo / ".claude/parallel-state.json"
        await until(pilot, lambda: state.exists() and json.loads(state.read_text())["conflicts"])
        folder = world.repo / ".claude/events"
        await until(pilot, lambda: folder.exists() and [*folder.glob("*.json")])
        (event,) = (world.repo / ".claude/events").glob("*.json")
        assert json.loads(event.read_text())["recipients"] == ["api", "auth"]
        await until(pilot, lambda: "conflict: src/app.py" in toasts(pilot))
        app.dashboard.action_show_lower("overlaps")
        await settled(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, PairScreen))
        ours = app.screen.query_one("#ours", PatchView)
        await until(pilot, lambda: "+x = 3" in "".join(ours.render_line(y).text for y in range(6)))
        brief = world.repo / ".claude/pdev/overlaps/auth.json"
        await until(pilot, brief.exists)
        (told,) = json.loads(brief.read_text())["paths"]["src/app.py"]
        assert told["session"] == "api"
        assert told["hunk"].endswith("+x = 3")
        (api / "src/app.py").write_text("x = 1\n")
        await until(pilot, lambda: not json.loads(state.read_text())["conflicts"])
        await until(pilot, lambda: not brief.exists())
        await until(pilot, lambda: not pane.table.rows)


async def test_each_side_stands_under_its_name(world: World) -> None:
    auth = world.worktree("auth")
    world.commit("src/app.py", "x = 9\n")
    (auth / "src/app.py").write_text("x = 2\n")
    given = Overrides(str(world.repo), {"tmux.socket": world.socket})
    app = ParallelApp(lambda: open_core(given, dict(world.env)), env=dict(world.env))
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        pane = app.dashboard.query_one(OverlapsPane)
        await until(pilot, lambda: len(pane.table.rows) == 1)
        app.dashboard.action_show_lower("overlaps")
        await settled(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, PairScreen))
        for name, title, text in (("ours", "base main", "+x = 9"), ("theirs", "auth", "+x = 2")):
            view = app.screen.query_one(f"#{name}", PatchView)
            await until(pilot, partial(_shows, view, text))
            assert str(app.screen.query_one(f"#{name}-pane").border_title) == title
