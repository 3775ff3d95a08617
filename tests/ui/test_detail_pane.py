"""What the detail pane shows, and what it asks for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.geometry import Region
from textual.pilot import Pilot
from textual.widgets import OptionList

from parallel_tui.errors import GitError
from parallel_tui.model.session.diff import FileDiff, SessionDiff
from parallel_tui.model.session.session import Session
from parallel_tui.model.window.window import Pane, Screen
from parallel_tui.ui.widgets.patch_view import PatchView
from parallel_tui.ui.widgets.terminal_view import TerminalView
from tests.ui.harness import until
from tests.ui.samples import HOSTILE, typical, window
from tests.ui.settling import settled
from tests.ui.showing import Alone, Detailed, rendered

PATCH = "@@ -1,2 +1,2 @@ def a():\n import os\n-def signin(): ...\n+def login(): ...\n"
DIFF = SessionDiff(
    "main",
    "c" * 40,
    (
        FileDiff("a.py", "M", 1, 1, True, True, None, PATCH),
        FileDiff("logo.png", "A", None, None, False, True),
        FileDiff("new.py", "R", 0, 0, True, False, "old.py", truncated=True),
    ),
    omitted=3,
)


def named(name: str) -> Session:
    found = typical().session(name)
    assert found is not None
    return found


async def fill(pilot: Pilot[None], app: Detailed, session: Session | None) -> None:
    shown = typical()
    app.windows, app.base, app.session = shown.windows, shown.base, session
    await pilot.pause()


async def test_the_pane_in_view_is_wanted_and_no_other() -> None:
    app = Detailed()
    async with app.run_test(size=(100, 30)) as pilot:
        await fill(pilot, app, named("auth"))
        await until(pilot, lambda: app.panes == ["%1"])
        app.detail.show_tab("info")
        await until(pilot, lambda: app.panes == ["%1", None])
        app.detail.show_tab("preview")
        await until(pilot, lambda: app.panes[2:] == ["%1"])
        app.detail.display = False
        await until(pilot, lambda: app.panes[3:] == [None])
        app.detail.display = True
        await until(pilot, lambda: app.panes[4:] == ["%1"])
        await fill(pilot, app, named("bisect"))
        await until(pilot, lambda: app.panes[5:] == [None])
        assert "No window" in rendered(app)


async def test_keys_step_through_the_panes_of_a_session() -> None:
    app = Detailed()
    async with app.run_test(size=(100, 30)) as pilot:
        await fill(pilot, app, named("search"))
        app.pane_screen = Screen("%4", ("in vim",), 80)
        await pilot.pause()
        app.query_one(TerminalView).focus()
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: app.panes == ["%4", "%5"])
        assert "pane 2/2 zsh" in rendered(app)
        assert "in vim" not in rendered(app), "the screen of another pane"


async def test_the_open_tab_stands_out_in_the_title() -> None:
    app = Detailed()
    async with app.run_test(size=(100, 30)) as pilot:
        await fill(pilot, app, named("auth"))
        styles = set()
        for tab in ("preview", "info"):
            app.detail.show_tab(tab)
            await pilot.pause()
            strip = app.screen._compositor.render_strips()[0]
            styles.add(next(seg.style for seg in strip if "Preview" in seg.text))
        assert len(styles) == 2


@pytest.mark.parametrize("width", [36, 40, 44, 60, 100])
async def test_a_long_name_leaves_room_for_all_tabs_in_the_title(width: int) -> None:
    app = Detailed()
    async with app.run_test(size=(width, 30)) as pilot:
        await fill(pilot, app, replace(named("auth"), name="a-name-that-goes-on-" * 3))
        title = "".join(segment.text for segment in app.screen._compositor.render_strips()[0])
        assert ("a-n" in title) is (width >= 40)
        assert "Info" in title


async def test_a_diff_is_asked_for_when_seen_and_again_when_something_changed() -> None:
    app = Detailed()
    async with app.run_test(size=(100, 30)) as pilot:
        auth = named("auth")
        await fill(pilot, app, auth)
        app.detail.show_tab("diff")
        await until(pilot, lambda: len(app.diffs) == 1)
        assert auth.worktree is not None
        app.session = replace(auth, worktree=replace(auth.worktree, head="d" * 40))
        await until(pilot, lambda: len(app.diffs) == 2)
        app.session = replace(app.session, last_activity=1.0)
        app.detail.show_tab("info")
        app.session = auth
        await settled(pilot)
        assert len(app.diffs) == 2, "activity is no change, and a hidden tab asks nothing"


async def test_a_refresh_keeps_the_file_and_an_answer_for_another_session_is_dropped() -> None:
    app = Detailed()
    async with app.run_test(size=(100, 30)) as pilot:
        auth = named("auth")
        await fill(pilot, app, auth)
        app.detail.show_tab("diff")
        app.detail.show_diff(named("api").key, DIFF)
        await pilot.pause()
        assert "a.py" not in rendered(app)
        app.detail.show_diff(auth.key, DIFF)
        await pilot.pause()
        shown = rendered(app)
        assert "3 more files left out" in shown
        assert "+def login" in shown
        files = app.query_one(OptionList)
        files.focus()
        await pilot.press("down", "down")
        assert "renamed from old.py" in rendered(app)
        assert "cut: the patch is too long" in rendered(app)
        more = replace(DIFF, files=(FileDiff("0.py", "A", 1, 0, False, True), *DIFF.files))
        app.detail.show_diff(auth.key, more)
        await settled(pilot)
        assert files.highlighted == 3
        assert "renamed from old.py" in rendered(app)
        await pilot.press("up")
        assert "binary file" in rendered(app)
        app.detail.show_diff(auth.key, GitError("it [/x] broke", hint="look"))
        await pilot.pause()
        assert "it [/x] broke" in rendered(app)
        app.detail.show_diff(auth.key, SessionDiff("main", "c" * 40))
        await pilot.pause()
        assert "No changes against main." in rendered(app)


async def test_hostile_text_is_shown_and_does_nothing() -> None:
    app = Detailed()
    async with app.run_test(size=(160, 60)) as pilot:
        for name in HOSTILE:
            auth = named("auth")
            assert auth.worktree is not None
            tree = replace(auth.worktree, path=f"/{name}", branch=name, locked=name)
            pane = Pane("%1", 1, name, name, title=name)
            app.windows = (window(1, name, name, panes=(pane, replace(pane, id="%2"))),)
            evidence = replace(auth.evidence, detail=name)
            app.session = replace(auth, name=name, worktree=tree, evidence=evidence)
            app.pane_screen = Screen("%1", (name,), 80)
            file = FileDiff(name, "M", 1, 0, True, False, name, f"@@ @@\n+{name}\n")
            for tab in ("preview", "diff", "info"):
                app.detail.show_tab(tab)
                app.detail.show_diff(auth.key, SessionDiff(name, "c" * 40, (file,)))
                await pilot.pause()
                shown = rendered(app)
                assert not any(ord(c) < 32 and c != "\n" for c in shown), (tab, name)
                assert "\u202e" not in shown


async def test_info_tells_how_things_are_known() -> None:
    app = Detailed()
    async with app.run_test(size=(100, 40)) as pilot:
        await fill(pilot, app, named("bisect"))
        app.detail.show_tab("info")
        await pilot.pause()
        shown = rendered(app)
        assert "unknown: git did not answer in 20 s" in shown
        assert "a benchmark runs here" in shown
        assert "not looked yet" in shown


async def test_the_end_stays_in_view_until_somebody_scrolls() -> None:
    view = TerminalView()
    app = Alone(lambda: view)
    async with app.run_test(size=(40, 10)) as pilot:
        lines = tuple(f"line {n}" for n in range(30))
        view.show(Screen("%1", (*lines, "", " "), 80))
        await until(pilot, lambda: "line 29" in rendered(app))
        view.focus()
        await pilot.press("pageup")
        await until(pilot, lambda: not view._at_end)
        view.show(Screen("%1", (*lines, "more"), 80))
        await settled(pilot)
        assert "more" not in rendered(app)
        view.show(Screen("%2", (*lines, "another"), 80))
        await until(pilot, lambda: "another" in rendered(app))


@pytest.mark.parametrize(
    ("lines", "sideways", "upwards"),
    [
        (("short",) * 3, False, False),
        (("short",) * 30, False, True),
        (("x" * 40,) * 3, False, False),
        (("x" * 41,) * 3, True, False),
        (("x" * 40,) * 30, True, True),
    ],
)
async def test_a_bar_is_shown_only_for_what_is_written_beyond_the_border(
    lines: tuple[str, ...], sideways: bool, upwards: bool
) -> None:
    view = TerminalView()
    app = Alone(lambda: view)
    async with app.run_test(size=(40, 10)) as pilot:
        view.show(Screen("%1", lines, 200))
        await settled(pilot)
        bars = view.show_horizontal_scrollbar, view.show_vertical_scrollbar
        assert bars == (sideways, upwards)
        if sideways:
            assert view.virtual_size.width == 200, "not laid out again for each longer line"


async def test_a_wide_character_is_cut_at_the_border_without_shifting_the_row() -> None:
    view = TerminalView()
    app = Alone(lambda: view)
    async with app.run_test(size=(9, 3)) as pilot:
        view.show(Screen("%1", ("漢字漢字漢字",), 12))
        await pilot.pause()
        (line,) = view.render_lines(Region(0, 0, 9, 1))
        assert line.cell_length == 9
        assert line.text == "漢字漢字 "


async def test_a_long_patch_is_coloured_in_the_end() -> None:
    view = PatchView()
    app = Alone(lambda: view)
    async with app.run_test(size=(80, 24)) as pilot:
        body = "".join(f"+def f{n}(): return 'x'\n" for n in range(4000))
        view.show("a.py", f"@@ -0,0 +1,4000 @@\n{body}")
        assert view.virtual_size.height == 4001
        await until(pilot, lambda: any(sort for _, sort in view._lines[-1].words))
        assert "".join(text for text, _ in view._lines[-1].words) == "+def f3999(): return 'x'"
