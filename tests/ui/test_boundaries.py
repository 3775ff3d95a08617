"""The Boundaries pane and the tree by owner, on a hand-fed live view."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.widgets import Static

from parallel_tui.model.fact import Unknown
from parallel_tui.model.policy.change import Where
from parallel_tui.model.policy.evaluate import touches
from parallel_tui.model.policy.tree import owner_tree
from parallel_tui.model.policy.view import BoundaryView, worst_first
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.ui.dialogs.form import FormDialog
from parallel_tui.ui.panes.list_pane import ListPane
from parallel_tui.ui.present.boundaries import tones_of
from parallel_tui.ui.screens.boundaries import BoundariesScreen
from tests.model.policy.test_core import NOW, lock, policy
from tests.ui import samples
from tests.ui.fake_engine import FakeCore, FakeEngine, Recorder
from tests.ui.harness import running
from tests.ui.settling import settled

FILES = ("src/ui/a.ts", "src/api/a.ts", "src/api/b.ts", "src/types/t.ts", "README.md")


def snapshot(**facts: object) -> Snapshot:
    """Two sessions that touch what is not theirs."""
    written = {path: (frozenset({Where.EDITED}), False) for path in ("src/api/a.ts", "README.md")}
    found = touches("front", written, policy(), [lock("README.md")], NOW)
    odd = {"src/ui/[/x]\x1b[31m.ts": (frozenset({Where.COMMITTED}), False)}
    found += touches("back", odd, policy(), [], NOW)
    listed = tuple(sorted((each for each in found if each.action != "allow"), key=worst_first))
    view = BoundaryView(policy(), listed)
    return replace(samples.typical(), **{"boundaries": view, **facts})  # type: ignore[arg-type]


def core(shown: Snapshot) -> FakeCore:
    """A core that lists files."""
    return FakeCore(FakeEngine(shown), git=Recorder(tracked_files=FILES))


def cells(pane: ListPane[Any] | BoundariesScreen, column: str) -> list[str]:
    """The texts of a column."""
    return ["".join(text for text, _ in row.cells.get(column, ())) for row in pane.table.rows]


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_touches_are_listed_the_worst_first(size: tuple[int, int]) -> None:
    async with running(core(snapshot()), size=size) as (pilot, dashboard):
        dashboard.action_show_lower("boundaries")
        await settled(pilot)
        pane = dashboard.query_one("#boundaries", ListPane)
        assert cells(pane, "session") == ["back", "front", "front", "front"]
        assert cells(pane, "path")[0] == "src/ui/[/x]␛[31m.ts"
        assert cells(pane, "whose") == ["front's", "locked by back", "back's", "nobody's"]
        assert pane.border_title is not None
        assert "3 denied" in str(pane.border_title)
        await pilot.press("down", "down", "enter")
        await settled(pilot)
        form = pilot.app.screen
        assert isinstance(form, FormDialog)
        said = " ".join(str(each.render()) for each in form.query(Static))
        assert "src/api/a.ts belongs to back" in said
        assert "h hands work on it to back" in said


async def test_boundaries_that_are_not_on_base_say_so() -> None:
    draft = BoundaryView({**policy(), "sessions": []}, drafted=True)
    async with running(core(snapshot(boundaries=draft))) as (pilot, dashboard):
        hint = dashboard.query_one("#boundaries Static.hint", Static)
        assert "not in force yet: commit .claude/parallel-config.yml" in str(hint.render())
        await pilot.press("b")
        await settled(pilot)
        assert "Commit the file there" in str(pilot.app.screen.query_one(".note", Static).render())


async def test_a_pane_without_boundaries_leads_to_what_they_are_for() -> None:
    none = BoundaryView({**policy(), "sessions": []})
    async with running(core(snapshot(boundaries=none))) as (pilot, dashboard):
        hint = dashboard.query_one("#boundaries Static.hint", Static)
        assert "none set: which session owns which files; b shows how" in str(hint.render())
        await pilot.press("b")
        await settled(pilot)
        said = str(pilot.app.screen.query_one(".note", Static).render())
        assert ".claude/parallel-config.yml" in said
        assert "sessions: {frontend: {owns: [src/ui/**]}" in said


async def test_boundaries_that_cannot_be_used_are_never_shown_as_kept() -> None:
    broken = BoundaryView(policy(problems=("main: line 3 is wrong",)))
    for fact, words in ((broken, "line 3 is wrong"), (Unknown("git is away"), "git is away")):
        async with running(core(snapshot(boundaries=fact))) as (pilot, dashboard):
            pane = dashboard.query_one("#boundaries", ListPane)
            assert "could not look" in str(pane.border_title)
            assert words in str(pane.query_one(Static).render())
            await pilot.press("b")
            await settled(pilot)
            assert words in str(pilot.app.screen.query_one(".note", Static).render())


async def test_the_tree_is_coloured_by_owner_and_opens_where_owners_meet() -> None:
    async with running(core(snapshot())) as (pilot, _):
        await pilot.press("b")
        await settled(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, BoundariesScreen)
        rows = dict(zip(cells(screen, "path"), cells(screen, "whose"), strict=True))
        assert rows == {
            "▾ src/": "back 2  front 2  shared 1",
            "  ▸ api/": "back",
            "  ▸ types/": "shared",
            "  ▸ ui/": "front",
            "  README.md": "nobody",
        }
        tones = {row.key: row.cells["path"][1][1] for row in screen.table.rows}
        assert len({tones[each] for each in ("src/api", "src/types", "src/ui")}) == 3
        colours = {
            screen.table.get_component_styles(f"keyed-table--{tone}").color
            for tone in tones_of(["a", "b", "c", "d"]).values()
            if tone != "dim"
        }
        assert len(colours) == 4
        screen.table.select("src/api")
        await pilot.press("enter")
        await settled(pilot)
        assert "    a.ts" in "\n".join(cells(screen, "path"))
        touched = dict(zip(cells(screen, "path"), cells(screen, "touched"), strict=True))
        assert [who for path, who in touched.items() if path.endswith("a.ts")] == ["front"]
        await pilot.press("enter")
        await settled(pilot)
        assert len(screen.table.rows) == 5
        await pilot.press("b")
        await settled(pilot)
        assert not isinstance(pilot.app.screen, BoundariesScreen)


async def test_an_untracked_folder_is_in_the_tree_as_what_it_is_judged_as() -> None:
    written = {"src/types": (frozenset({Where.UNTRACKED}), True)}
    view = BoundaryView(policy(), touches("front", written, policy(), [], NOW))
    files = ("src/ui/a.ts", "src/api/a.ts")
    shown = FakeCore(FakeEngine(snapshot(boundaries=view)), git=Recorder(tracked_files=files))
    async with running(shown) as (pilot, _):
        await pilot.press("b")
        await settled(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, BoundariesScreen)
        rows = dict(zip(cells(screen, "path"), cells(screen, "whose"), strict=True))
        assert rows["    types"] == "shared"
        assert rows["▾ src/"] == "back 1  front 1  shared 1"


@given(
    st.dictionaries(
        st.lists(st.sampled_from("abc"), min_size=1, max_size=4).map("/".join),
        st.sampled_from(["x", "y", None]),
    )
)
def test_a_tree_counts_every_file_once(owners: dict[str, str | None]) -> None:
    files = [path for path in owners if not any(other.startswith(f"{path}/") for other in owners)]
    tree = owner_tree(files, owners.__getitem__)
    assert sum(tree.folders[""].values()) == len(files)
    shown = [node.path for node in tree.shown(set(tree.folders))]
    assert sorted(path for path in shown if path in tree.files) == sorted(files)
    assert len(shown) == len(set(shown)) == len(tree.files) + len(tree.folders) - 1
