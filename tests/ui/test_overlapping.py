"""Overlaps on a hand-fed live view: what is shown, where keys and clicks lead, what is told."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from textual.widgets import ContentSwitcher, Static

from parallel_tui.errors import RefusedError
from parallel_tui.model.fact import Unknown
from parallel_tui.model.overlap.pairs import Overlap, Side
from parallel_tui.model.overlap.verdict import Level, Verdict
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.ui.dashboard.screen import Dashboard
from parallel_tui.ui.panes.overlaps import OverlapsPane
from parallel_tui.ui.present.merge import merged_lines
from parallel_tui.ui.screens.matrix import MatrixScreen
from parallel_tui.ui.screens.pair import PairScreen
from parallel_tui.ui.widgets.matrix_view import MatrixView
from parallel_tui.ui.widgets.patch_view import PatchView
from tests.ui import samples
from tests.ui.fake_engine import FakeCore, FakeEngine, Recorder
from tests.ui.harness import core_of, on_screen, running, toasts, until
from tests.ui.settling import settled


def _column(dashboard: Dashboard, pane: str, column: str) -> list[str]:
    table = dashboard.query_one(f"#{pane}-table")
    rows = getattr(table, "rows")  # noqa: B009
    return ["".join(text for text, _ in row.cells.get(column, ())) for row in rows]


def _with(*overlaps: Overlap) -> Snapshot:
    return replace(samples.typical(), overlaps=overlaps)


def _pair(level: Level, *, stale: bool = False, other: str = "api") -> Overlap:
    found = samples.verdict(level, "src/app.py") if level else samples.verdict(level)
    return Overlap(samples.key("auth"), samples.key(other), found, stale, samples.NOW)


async def test_the_worst_stands_first_and_every_place_agrees() -> None:
    async with running(core_of(samples.overlapping()), size=(160, 45)) as (pilot, dashboard):
        sides = (_column(dashboard, "overlaps", side) for side in ("one", "other"))
        assert [" × ".join(pair) for pair in zip(*sides, strict=True)] == [
            "tests × search", "auth × api", "search × base", "api × tests", "auth × tests",
            "old × base",
        ]  # fmt: skip
        assert _column(dashboard, "overlaps", "path")[1] == "auth.py +1  src"
        assert _column(dashboard, "overlaps", "mark") == ["R", "C", "C", "n~", "f", "?"]
        assert "3 conflicts" in str(dashboard.query_one("#header").render())
        assert str(dashboard.query_one("#overlaps").border_title) == "Overlaps · 3 conflicts"
        marks = dict(
            zip(
                _column(dashboard, "session", "name"),
                _column(dashboard, "session", "lands"),
                strict=True,
            )
        )
        assert marks["auth"] == "⚠ 1 conflict"
        assert marks["search"] == "⚠ 2 conflicts"
        assert not marks["main"]
        dashboard.select_session("search")
        await until(pilot, lambda: "⚠ conflicts with tests, base" in on_screen(pilot))


async def test_what_is_not_known_is_never_shown_as_nothing() -> None:
    core = core_of(samples.typical())
    async with running(core) as (pilot, dashboard):
        hint = dashboard.query_one(OverlapsPane).query_one(Static)
        assert "worked out" in str(hint.render())
        core.live.publish(replace(samples.typical(), overlaps=Unknown("git is gone")))
        await settled(pilot)
        assert "git is gone" in str(hint.render())
        core.live.publish(_with(_pair(Level.CLEAR)))
        await settled(pilot)
        assert "none: files that two sessions" in str(hint.render())
        limited = replace(
            samples.verdict(Level.SAME_FILE, "x"), limited="prediction limited (git 2.37)"
        )
        core.live.publish(_with(replace(_pair(Level.SAME_FILE), verdict=limited)))
        await settled(pilot)
        subtitle = dashboard.query_one("#overlaps").border_subtitle
        assert str(subtitle) == "prediction limited (git 2.37)"


async def test_the_matrix_follows_keys_the_mouse_and_the_sessions() -> None:
    core = core_of(samples.overlapping())
    core.live.details["src/auth.py"] = samples.path_detail()
    async with running(core) as (pilot, _):
        await pilot.press("o")
        await settled(pilot)
        view = pilot.app.screen.query_one(MatrixView)
        words = pilot.app.screen.query_one("#matrix-words", Static)
        assert view.chosen is not None
        assert view.chosen.pair == (samples.key("auth"), samples.key("api")), "its worst"
        await pilot.press("left", "right", "down", "up")
        await settled(pilot)
        assert view.chosen is not None
        assert view.chosen.pair == (samples.key("auth"), samples.key("api"))
        assert "auth × api  conflict · 2 paths" in str(words.render())
        # The cursor stays on its pair when the sessions change their order.
        shot = samples.overlapping()
        core.live.publish(replace(shot, sessions=tuple(reversed(shot.sessions))))
        await settled(pilot)
        assert view.chosen.pair == (samples.key("auth"), samples.key("api"))
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(pilot.app.screen, PairScreen)
        await pilot.press("escape")
        await settled(pilot)
        row, column = view.grid.keys.index(samples.key("tests")), 0
        await pilot.click(MatrixView, offset=(view._head + 1, row + 1))
        await settled(pilot)
        assert view.place == (row, column)
        assert isinstance(pilot.app.screen, PairScreen)
        await pilot.press("escape", "escape")
        await settled(pilot)
        assert len(pilot.app.screen_stack) == 1


async def test_twenty_sessions_are_reached_on_a_small_screen() -> None:
    async with running(core_of(samples.entangled()), size=(80, 24)) as (pilot, _):
        await pilot.press("o")
        await settled(pilot)
        view = pilot.app.screen.query_one(MatrixView)
        await pilot.press("G", *["h"] * 20, *["l"] * 19)
        await settled(pilot)
        assert view.place == (19, 19)
        bottom = view.render_line(view.scrollable_content_region.height - 1).text
        assert bottom.startswith("20 s20")
        assert "19" in view.render_line(0).text


async def test_what_was_read_amid_a_change_is_read_again() -> None:
    pair = _pair(Level.CONFLICT)
    verdict = pair.verdict
    assert isinstance(verdict, Verdict)
    path = verdict.paths[0].path
    core = core_of(_with(replace(pair, verdict=replace(verdict, trees=("b", "t1", "t2")))))
    halfway = replace(samples.path_detail(path), theirs=Side(None), trees=("b", "t1", "b"))
    core.live.details[path] = halfway
    async with running(core) as (pilot, dashboard):
        dashboard.action_show_lower("overlaps")
        await settled(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "no lines to show" in on_screen(pilot))
        core.live.details[path] = replace(
            halfway, theirs=samples.path_detail(path).theirs, trees=("b", "t2", "t1")
        )
        await until(pilot, lambda: "no lines to show" not in on_screen(pilot))
        asked = len(core.live.asked)
        assert asked >= 2
        await asyncio.sleep(0.7)
        assert len(core.live.asked) == asked, "once it fits, nothing is read any more"


async def test_both_sides_are_read_shown_and_their_failure_told() -> None:
    core = core_of(samples.overlapping())
    core.live.details["src/auth.py"] = samples.path_detail()
    async with running(core) as (pilot, dashboard):
        dashboard.action_show_lower("overlaps")
        await settled(pilot)
        await pilot.press("j", "enter")
        await settled(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, PairScreen)
        await screen.workers.wait_for_complete()
        await settled(pilot)
        ours, theirs = screen.query_one("#ours", PatchView), screen.query_one("#theirs", PatchView)
        assert "uncommitted, written 2m ago" in ours.render_line(0).text
        assert "Lin [b]Okafor[/b]" in theirs.render_line(0).text
        assert "line 4 of base" in theirs.render_line(1).text
        assert "\x1b" not in "".join(theirs.render_line(y).text for y in range(8))
        await pilot.press("m")
        await settled(pilot)
        assert screen.query_one(ContentSwitcher).current == "merged-pane"
        merged = screen.query_one("#merged", PatchView)
        assert "<<<<<<< auth" in "\n".join(merged.render_line(y).text for y in range(12))
        await pilot.press("down")
        await settled(pilot)
        await screen.workers.wait_for_complete()
        await settled(pilot)
        words = str(screen.query_one("#pair-words", Static).render())
        assert "git gave no answer about src/[b]login[/b].py" in words
        core.live.publish(_with(_pair(Level.CLEAR, other="tests")))
        await settled(pilot)
        assert "gone" in str(screen.query_one("#pair-remarks", Static).render())


async def test_an_overlap_is_told_once_and_again_only_when_it_rises() -> None:
    core = core_of(_with(_pair(Level.CLEAR)))
    async with running(core) as (pilot, _):

        async def after(*overlaps: Overlap) -> int:
            core.live.publish(_with(*overlaps))
            await settled(pilot)
            return toasts(pilot).count("auth × api")

        assert await after(_pair(Level.SAME_FILE)) == 1
        assert await after(replace(_pair(Level.SAME_FILE), since=1.0)) == 1
        assert await after(_pair(Level.CONFLICT, stale=True)) == 1
        assert await after(_pair(Level.CONFLICT)) == 2
        assert "auth × api conflict: src/app.py (content) (was: same file)" in toasts(pilot)
        assert await after(_pair(Level.NEAR)) == 2
        assert await after(_pair(Level.CONFLICT)) == 3
        assert len(pilot.app._notifications) == 3


async def test_many_at_once_are_one_toast_and_conflicts_that_stand_at_the_start_are_told() -> None:
    start = _with(_pair(Level.CONFLICT), _pair(Level.CONFLICT, other="tests"))
    async with running(core_of(start)) as (pilot, _):
        assert len(pilot.app._notifications) == 1
        assert "1 more overlapping" in toasts(pilot)


async def test_conflicts_are_noted_once_they_stand_and_a_failure_is_told_once() -> None:
    report = Recorder(report=RefusedError("the state file cannot be read"))
    core = FakeCore(FakeEngine(_with(_pair(Level.CLEAR))), report=report)
    async with running(core) as (pilot, _):
        core.live.publish(_with(_pair(Level.CONFLICT, stale=True)))
        await settled(pilot)
        before = len(report.calls)
        for since in (1.0, 2.0):
            core.live.publish(_with(replace(_pair(Level.CONFLICT), since=since)))
            await settled(pilot)
            await pilot.app.workers.wait_for_complete()
        assert len(report.calls) == before + 2
        assert toasts(pilot).count("could not be noted") == 1


async def test_matrix_opens_on_the_selected_session() -> None:
    async with running(core_of(samples.overlapping())) as (pilot, _):
        await pilot.press("j", "j", "o")
        await settled(pilot)
        assert isinstance(pilot.app.screen, MatrixScreen)
        chosen = pilot.app.screen.query_one(MatrixView).chosen
        assert chosen is not None
        assert samples.key("search") in chosen.pair


def test_a_heading_underlined_with_seven_signs_is_no_conflict_marker() -> None:
    text = "Title\n=======\nplain\n<<<<<<< a\nx\n||||||| base\n=======\n=======\n>>>>>>> b\nend\n"
    lines, first = merged_lines(replace(samples.path_detail(), merged=text))
    assert first == 3
    assert [line.kind for line in lines] == [
        *("context", "context", "context", "hunk", "added", "hunk", "hunk", "hunk", "hunk"),
        "context",
    ]
    assert merged_lines(replace(samples.path_detail(), merged="a\n=======\nb\n"))[0][1].kind == (
        "context"
    )
