"""Layouts on a real tmux: opened where they are missing, and written down as they stand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from parallel_tui.errors import MuxError, RefusedError, UsageError
from parallel_tui.model.layout.plan import NamedLayout
from parallel_tui.model.lifecycle.spawn import SpawnRequest
from parallel_tui.model.settings.config import Layout, LayoutPane, LayoutWindow, Origin, Split
from parallel_tui.model.settings.consent import TrustNeededError
from parallel_tui.model.settings.layouts import reading
from tests.services.conftest import OpenCore
from tests.support.waiting import eventually
from tests.support.world import World


def _listing(world: World) -> list[str]:
    """Windows and panes without ids: name, place, size, directory, front, program."""
    form = (
        "#{window_name}|#{window_index}|#{pane_index}|#{pane_width}x#{pane_height}"
        "|#{pane_left},#{pane_top}|#{pane_current_path}|#{pane_active}|#{pane_current_command}"
    )
    return world.tmux("list-panes", "-s", "-t", "=myapp:", "-F", form).splitlines()


def _layout(value: object, name: str = "own", origin: Origin = Origin.USER) -> NamedLayout:
    return NamedLayout(name, reading.layout(value), origin)


def test_the_guides_layout_is_opened_once(world: World, core_of: OpenCore) -> None:
    place = world.worktree("api")
    by_hand = world.window("theirs", world.repo, session="other")
    core = core_of(agent="exec sleep 900")
    loader = core.layouts.loader
    named = loader.named("parallel-dev")
    receipt = loader.load(named)
    assert receipt.opened == ("main", "api", "monitor", "git")
    assert receipt.left_out == (("feature", "there is no session feature"),)
    assert len(set(receipt.windows)) == 4

    def opened() -> bool:
        rows = [row.split("|") for row in _listing(world)]
        return [(row[0], row[7]) for row in rows if row[7] == "sleep"][:2] == [
            ("main", "sleep"),
            ("api", "sleep"),
        ]

    eventually(opened)
    rows = [row.split("|") for row in _listing(world)]
    assert [row[0] for row in rows] == ["main", "main", "api", "monitor", "monitor", "git"]
    assert {row[0]: row[5] for row in rows}["api"] == str(place)
    assert core.sessions.find("api").windows[0].owner == "api"
    shown = world.tmux("show-options", "-v", "-t", "=myapp:", "status-right")
    assert shown.startswith("#[fg=green]Parallel Dev")
    assert "Parallel" not in world.tmux("show-options", "-g", "status-right")
    assert "Parallel" not in world.tmux("show-options", "-t", "=other:")

    before = world.tmux("list-windows", "-a", "-F", "#{window_id}")
    again = loader.load(named)
    assert (again.opened, again.there) == ((), ("main", "api", "monitor", "git"))
    world.tmux("kill-window", "-t", receipt.windows[2])
    assert loader.load(named).opened == ("monitor",), "what was closed comes back, nothing else"
    assert by_hand in before


@pytest.mark.parametrize("way", ["own", "tmuxp"])
def test_what_is_written_down_opens_the_same_elsewhere(
    world: World, core_of: OpenCore, tmp_path: Path, way: str
) -> None:
    place = world.worktree("api")
    (world.repo / "a b").mkdir()
    core = core_of(agent="exec sleep 900")
    value: Any = {
        "options": {"status-right": 'it\'s #S; "$5" \\ ~', "@mine": "x;"},
        "windows": [
            {
                "name": "many",
                "panes": [
                    "exec sleep 800",
                    {"command": "", "size": 30, "directory": "a b"},
                    {"command": "exec sleep 700", "split": "below", "focus": True},
                ],
                "options": {"monitor-activity": True},
            },
            {"session": "api", "panes": ["{agent}", {"command": "", "split": "below"}]},
            {"name": "quotes [b] #(date) $(x)", "panes": [""], "focus": True},
        ],
    }
    core.layouts.loader.load(_layout(value))
    programs = ["sleep", "sh", "sleep", "sleep", "sh", "sh"]
    shells = {"sh", "bash", "dash"}

    def settled() -> bool:
        found = ["sh" if (c := r.split("|")[7]) in shells else c for r in _listing(world)]
        return found == programs

    eventually(settled)
    listed = _listing(world)
    frozen = core.layouts.freezer.freeze()
    text = core.layouts.text(frozen, tmuxp=way == "tmuxp", json=False)
    path = tmp_path / "layout.yaml"
    core.layouts.write(str(path), text, over=False)
    world.tmux("kill-server")

    other = core_of(agent="exec sleep 900")
    named = other.layouts.found(str(path))
    with pytest.raises(TrustNeededError) as raised:
        other.layouts.loader.load(named)
    other.layouts.loader.allow(raised.value.question)
    other.layouts.loader.load(named)
    eventually(settled)
    assert _listing(world) == listed
    assert str(place) in "".join(listed)
    shown = world.tmux("show-options", "-v", "-t", "=myapp:", "status-right").strip()
    assert shown == value["options"]["status-right"]
    assert world.tmux("show-options", "-v", "-t", "=myapp:", "@mine").strip() == "x;"
    assert world.tmux("show-options", "-wv", "-t", "=myapp:0", "monitor-activity").strip() == "on"
    if way == "own":
        assert other.layouts.freezer.freeze().layout == frozen.layout


def test_nothing_is_left_of_a_layout_that_could_not_be_opened(
    world: World, core_of: OpenCore
) -> None:
    core = core_of()
    loader = core.layouts.loader
    crowded = {"windows": [["", ""], ["", *[{"command": "", "split": "below"}] * 9]]}
    with pytest.raises(RefusedError, match="room"):
        loader.load(_layout(crowded))
    assert not core.mux.listing().running, "the session came and went with it"
    with pytest.raises(RefusedError, match="no directory"):
        loader.load(_layout({"windows": [{"directory": "nowhere", "panes": [""]}]}))
    with pytest.raises(RefusedError, match="whole"):
        loader.load(_layout({"options": {"escape-time": 0}, "windows": [[""]]}))
    with pytest.raises((RefusedError, MuxError)):
        loader.load(_layout({"before": ["exit 3"], "windows": [[""]]}))
    assert not core.mux.listing().running
    told = loader.load(_layout({"options": {"nonsense": 1}, "windows": [[""]]})).warnings
    assert told == ("the option nonsense was not set: invalid option: nonsense",)


def test_a_layout_of_many_windows_is_few_processes(
    world: World, core_of: OpenCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    from parallel_tui.adapters.process import programs

    core = core_of()
    world.window("any", world.repo)
    calls: list[bool] = []
    plain = programs.run

    def counted(argv: list[str], **more: Any) -> Any:
        calls.append(argv[0] == "tmux")
        return plain(argv, **more)

    monkeypatch.setattr(programs, "run", counted)
    windows = [{"name": f"w{at}", "panes": ["", ""]} for at in range(20)]
    core.layouts.loader.load(_layout({"windows": windows}))
    assert len(core.layouts.arranging.standing().windows) == 20
    assert sum(calls) <= 20, "a chain of 12 kB, and one to finish; not one a pane"


def test_who_is_ended_in_the_middle_leaves_whole_windows(
    world: World, core_of: OpenCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after `kill -9`: nothing is taken back, and the next load goes on from there."""
    from parallel_tui.adapters.tmux.layouts.arranging import TmuxArranging

    class EndedError(BaseException):
        pass

    large = {"panes": [""] * 9, "arrangement": "tiled"}
    layout = _layout({"windows": [{"name": f"w{at}", **large} for at in range(3)]})
    world.window("any", world.repo)
    core = core_of()
    asked = TmuxArranging._ask
    chains: list[Any] = []

    def until_the_middle(self: TmuxArranging, chain: Any) -> Any:
        if any(command[0] == "rename-window" for each in chains for command in each):
            raise EndedError
        chains.append(chain)
        return asked(self, chain)

    with monkeypatch.context() as patch:
        patch.setattr(TmuxArranging, "_take_back", lambda *args: None)
        patch.setattr(TmuxArranging, "_ask", until_the_middle)
        with pytest.raises(EndedError):
            core.layouts.loader.load(layout)
    left = {each.name: len(each.panes) for each in core.layouts.arranging.standing().windows}
    assert left.pop("w0") == 9
    assert any(1 <= count < 9 for count in left.values()), "one is half made"
    again = core_of().layouts.loader.load(layout)
    assert again.there == ("w0",)
    windows = core.layouts.arranging.standing().windows
    whole = [(window.name, len(window.panes)) for window in windows if window.name != "pdev"]
    assert whole == [("w0", 9), ("w1", 9), ("w2", 9)]


def test_a_session_is_started_with_several_windows(world: World, core_of: OpenCore) -> None:
    world.commit("src/x", "x")
    layout = Layout(
        (
            LayoutWindow("code", (LayoutPane("{agent}"), LayoutPane("", Split.RIGHT))),
            LayoutWindow("logs", (LayoutPane("exec sleep 800"),), directory="src"),
        )
    )
    core = core_of(agent="exec sleep 900", layouts={"pair": _plain(layout)}, layout="pair")
    receipt = core.spawner.spawn(SpawnRequest("auth"))
    windows = core.sessions.find("auth").windows
    assert [window.name for window in windows] == ["auth", "auth/logs"]
    assert {window.owner for window in windows} == {"auth"}
    assert windows[0].id == receipt.window
    eventually(lambda: core.mux.listing().windows[1].panes[0].command == "sleep")
    assert core.mux.listing().windows[1].panes[0].path == str(world.root / "myapp-auth/src")
    with pytest.raises(UsageError, match="several sessions"):
        core.spawner.plan(SpawnRequest("b", layout="parallel-dev"))
    broken = core_of(layouts={"bad": {"windows": [[""], {"directory": "no", "panes": [""]}]}})
    with pytest.raises(RefusedError, match="no directory"):
        broken.spawner.spawn(SpawnRequest("other", layout="bad"))
    assert not (world.root / "myapp-other").exists()
    assert len(core.layouts.arranging.standing().windows) == 2


def _plain(layout: Layout) -> object:
    from parallel_tui.model.settings.layouts.writing import written

    return written(layout)
