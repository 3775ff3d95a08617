"""Another multiplexer: services need nothing of it but the port."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from parallel_tui.bootstrap import Core, Overrides, open_core
from parallel_tui.cli.commands.windows import window_of
from parallel_tui.errors import MuxError, RefusedError
from parallel_tui.model.lifecycle.spawn import SpawnRequest
from tests.services.test_attach import Desktop
from tests.services.toy_mux import ToyMux
from tests.support.waiting import PATIENCE
from tests.support.world import World

PACKAGE = Path(__file__).parents[2] / "parallel_tui"
OpenToy = Callable[..., tuple[Core, ToyMux]]


@pytest.fixture
def toy_of(world: World, isolated: dict[str, str]) -> OpenToy:
    """Open the world's repository with a toy for a multiplexer."""

    def build(**env: str) -> tuple[Core, ToyMux]:
        toy = ToyMux()
        core = open_core(
            Overrides(str(world.repo), {"agent": ""}),
            {**isolated, **env},
            multiplexer=lambda repository, config, env: toy,
        )
        return core, toy

    return build


def test_a_session_starts_in_a_window_of_it(toy_of: OpenToy) -> None:
    core, toy = toy_of()
    receipt = core.spawner.spawn(SpawnRequest("auth"))
    (window,) = toy.opened.values()
    assert receipt.window == window.id == "w1"
    assert window.active_pane.path == receipt.directory
    assert toy.given["w1"]["PDEV_SESSION"] == "auth"
    assert core.sessions.find("auth").windows == (window,)


def test_where_it_cannot_be_used_nothing_is_made(world: World, toy_of: OpenToy) -> None:
    core, toy = toy_of()
    toy.broken = "the toy is broken"
    with pytest.raises((MuxError, RefusedError), match="the toy is broken"):
        core.spawner.spawn(SpawnRequest("auth"))
    assert "auth" not in world.git("branch")


def test_attaching_is_its_own_command(world: World, toy_of: OpenToy) -> None:
    world.worktree("auth")
    core, toy = toy_of()
    shown = core.attacher.attach("auth")
    assert (shown.argv, shown.takes_terminal) == (("toy", "show", "w1"), True)
    assert shown.way_back == "press the bear"
    inside = replace(core.attacher, env={"TOY_PANE": "w1.0"})
    assert not inside.attach("auth").takes_terminal
    desktop = Desktop()
    replace(inside, terminals=desktop).open_terminal("auth")
    assert desktop.opened[0][0] == ("toy", "--alone", "show", "w1")
    assert list(toy.opened) == ["w1"], "the one window was shown each time"


def test_windows_are_named_by_its_ids(world: World, toy_of: OpenToy) -> None:
    world.worktree("auth")
    core, toy = toy_of()
    core.attacher.attach("auth")
    assert window_of(core, "w1") == window_of(core, "auth") == "w1"
    core.attacher.close_window("w1")
    assert toy.closed == ["w1"]


def test_removing_closes_its_windows(world: World, toy_of: OpenToy) -> None:
    core, toy = toy_of()
    place = Path(str(core.spawner.spawn(SpawnRequest("auth")).directory))
    core.remover.remove(core.remover.plan("auth"), {"all"})
    assert not place.exists()
    assert toy.closed == ["w1"]
    core.restorer.restore("auth")
    assert place.is_dir()


def test_a_window_on_another_server_of_it_keeps_a_session(world: World, toy_of: OpenToy) -> None:
    core, toy = toy_of()
    core.spawner.spawn(SpawnRequest("auth"))
    toy.far = {"attic": (toy.opened.pop("w1"),)}
    plan = core.remover.plan("auth")
    assert plan.refusal is not None
    assert "another toy server" in plan.refusal
    assert "use that server: --toy attic" in plan.refusal


def test_who_asks_is_told_by_its_pane(world: World, toy_of: OpenToy) -> None:
    core, toy = toy_of(TOY_PANE="w1.0", TMUX_PANE="%0", TMUX="/tmp/elsewhere,1,0")  # noqa: S108
    core.spawner.spawn(SpawnRequest("auth"))
    identity = core.shared.identity
    holder = identity.holder("auth", core.sessions.find("auth"))
    assert holder is not None
    assert holder.pid == toy.opened["w1"].active_pane.pid


def test_the_doctor_names_it(toy_of: OpenToy) -> None:
    core, _ = toy_of()
    found = {each.what: each.remedy for each in core.doctor.examine() if each.topic == "toy"}
    assert found == {"toy can be used": "", "the toy is odd": "toy --mend"}


def test_one_without_events_is_looked_at_and_says_so(toy_of: OpenToy) -> None:
    core, toy = toy_of()
    core.spawner.spawn(SpawnRequest("auth"))
    for stays in (False, True):
        engine = core.engine(predict=stays)
        engine.start(lambda snapshot: None)
        try:
            assert engine.wait_seen(PATIENCE)
            assert [each.id for each in engine.snapshot.windows] == ["w1"]
            told = [each.message for each in engine.snapshot.health]
        finally:
            engine.stop()
        assert toy.watchers == stays, "a single look needs no news"
        assert ("Windows are looked at once a second: the toy tells of nothing." in told) == stays


def test_nothing_above_the_port_knows_a_variable_or_an_option_of_one() -> None:
    leaks = re.compile(
        r"""["']TMUX|TMUX_PANE|outside_windows|--tmux-socket|["']tmux["']|@\[0-9\]"""
    )
    found = [
        f"{path.relative_to(PACKAGE)}: {line.strip()}"
        for room in ("services", "engine", "ports", "ui", "cli")
        for path in sorted((PACKAGE / room).rglob("*.py"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if leaks.search(line)
    ]
    assert found == [
        'ui/looks/colours.py: if "256color" in term or "kitty" in term or env.get("TMUX"):',
        'ui/start/driver.py: if not (os.environ.get("TMUX") or os.environ.get("STY")):',
        'cli/settings.py: inside = core.env.get("TMUX", "").split(",")[0]',
    ]
