"""What was proved of sessions landed together, on screen; and how the dashboard keeps it."""

from __future__ import annotations

import pytest
from textual.widgets import Static

from parallel_tui.bootstrap import Overrides, open_core
from parallel_tui.model.overlap.joint import Mark, ProofState
from parallel_tui.model.overlap.pairs import Overlap
from parallel_tui.model.overlap.verdict import Level
from parallel_tui.record import replace
from parallel_tui.ui.app import ParallelApp
from parallel_tui.ui.controllers.landing import proving
from parallel_tui.ui.panes.overlaps import OverlapsPane
from parallel_tui.ui.screens.matrix import MatrixScreen
from parallel_tui.ui.widgets.matrix_view import MatrixView
from parallel_tui.ui.widgets.patch_view import PatchView
from tests.cli.test_prove import TAP, checks, session
from tests.support.world import World
from tests.ui import samples
from tests.ui.harness import core_of, running, settle, toasts, until
from tests.ui.settling import settled

BROKEN = ProofState(Mark.BREAKS, (), ("tests/[x]::t", "u"), "/log", samples.NOW)


def _pair(other: str, proof: ProofState) -> Overlap:
    clear = samples.verdict(Level.CLEAR)
    return Overlap(samples.key("auth"), samples.key(other), clear, proof=proof)


async def test_tests_that_fail_are_told_once_listed_and_marked() -> None:
    shown = samples.typical()
    good = _pair("tests", ProofState(Mark.PROVED))
    core = core_of(replace(shown, overlaps=(_pair("api", ProofState(Mark.UNKNOWN)), good)))
    async with running(core, size=(160, 45)) as (pilot, dashboard):
        pane = dashboard.query_one(OverlapsPane)
        assert not pane.table.rows
        for _ in range(2):
            core.live.publish(replace(shown, overlaps=(_pair("api", BROKEN), good)))
            await settled(pilot)
        (row,) = pane.table.rows
        cells = {name: "".join(text for text, _ in parts) for name, parts in row.cells.items()}
        assert (cells["mark"], cells["one"], cells["other"]) == ("✗", "auth", "api")
        assert cells["path"] == "tests/[x]::t and 1 more"
        assert toasts(pilot).count("auth × api breaks: tests/[x]::t, u") == 1
        await pilot.press("o")
        await settled(pilot)
        assert isinstance(pilot.app.screen, MatrixScreen)
        view = pilot.app.screen.query_one(MatrixView)
        shot = "\n".join(view.render_line(y).text for y in range(9))
        assert (shot.count("✗"), shot.count("✓")) == (2, 2)
        legend = str(pilot.app.screen.query_one("#matrix-legend", Static).render())
        assert "✗ breaks tests" in legend
        view.choose(*_pair("api", BROKEN).pair)
        await settled(pilot)
        words = str(pilot.app.screen.query_one("#matrix-words", Static).render())
        assert "breaks: tests/[x]::t, u" in words
        await pilot.press("enter")
        await settled(pilot)
        assert pilot.app.screen.query(PatchView), "the pair's own screen"
        told = str(pilot.app.screen.query_one("#pair-remarks", Static).render())
        assert "breaks: tests/[x]::t, u" in told
        assert "Output of the check: /log" in told
        # Other commits: nothing is known of them, and their break is news again.
        core.live.publish(replace(shown, overlaps=(_pair("api", ProofState(Mark.RUNNING)), good)))
        await settled(pilot)
        assert not pane.table.rows


async def test_it_is_kept_while_the_dashboard_runs(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proving, "_QUIET", 0.2)
    for name in ("a", "b"):
        session(world, name)
    checks(world, TAP, more="prove: {continuous: true}\ntrain: {keep: true}\n")
    given = Overrides(str(world.repo), {"tmux.socket": world.socket})
    app = ParallelApp(lambda: open_core(given, dict(world.env)), env=dict(world.env))
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        pane = app.dashboard.query_one(OverlapsPane)
        await until(pilot, lambda: [r for r in pane.table.rows if r.cells["mark"][0][0] == "✗"])
        events = world.repo / ".claude/events"
        assert [*events.glob("*.json")]
        # A session that no longer breaks anything: the warning is gone, by itself.
        tree = world.root / "myapp-b"
        world.git("mv", "b", "b2", cwd=tree)
        world.git("commit", "-qm", "out of the way", cwd=tree)
        await until(pilot, lambda: not pane.table.rows)
        train = "refs/pdev/train"
        await until(pilot, lambda: world.git("for-each-ref", train))
