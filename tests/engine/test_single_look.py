"""A single look sees what the live view sees, and waits for nobody who does not answer."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from parallel_tui.bootstrap import Core, Overrides, open_core
from parallel_tui.engine.single_look import SingleLook
from parallel_tui.model.fact import PENDING, Unknown
from parallel_tui.model.session.git_status import WorkStatus
from parallel_tui.model.session.session import SessionState
from parallel_tui.model.sharing.coordination import Coordination
from parallel_tui.model.view.snapshot import Snapshot, WatchMode
from parallel_tui.model.window.window import Resources
from parallel_tui.record import replace
from tests.support import fake_agent
from tests.support.waiting import PATIENCE, eventually
from tests.support.world import World

NOW = time.time()
NONE: Mapping[str, object] = MappingProxyType({})


def core_in(world: World, settings: Mapping[str, object] = NONE, *, brief: bool = False) -> Core:
    overrides = Overrides(str(world.repo), {"tmux.socket": world.socket, **settings})
    core = open_core(overrides, world.env, brief=brief)
    core.clock = lambda: NOW
    return core


def live(world: World, settings: Mapping[str, object] = NONE) -> Snapshot:
    engine = core_in(world, settings).engine()
    engine.start(lambda snapshot: None)
    try:
        assert engine.wait_idle(PATIENCE)
        return engine.snapshot
    finally:
        engine.stop()


def once(world: World, settings: Mapping[str, object] = NONE) -> Snapshot:
    look = core_in(world, settings, brief=True).single_look()
    look.begin()
    snapshot, complete = look.end(PATIENCE)
    assert complete
    return snapshot


def alike(snapshot: Snapshot) -> Snapshot:
    """Without what differs from look to look.

    That is whether edits are watched for; what programs use; and since when a state is known, for
    the live view may have shown rows before windows were listed.
    """
    sessions = tuple(
        replace(
            each,
            evidence=replace(each.evidence, since=None),
            considered=tuple(
                replace(item, evidence=replace(item.evidence, since=None))
                for item in each.considered
            ),
            resources=Resources(0, 0, 0)
            if isinstance(each.resources, Resources)
            else each.resources,
        )
        for each in snapshot.sessions
    )
    return replace(snapshot, sessions=sessions, watch=WatchMode.OFF)


def assert_alike(one: Snapshot, other: Snapshot) -> None:
    """Say which part differs.

    Look live first: that makes our folder in the git directory, and so touches it.
    """
    one, other = alike(one), alike(other)
    assert one.sessions == other.sessions
    assert one.health == other.health
    differ = [name for name in Snapshot.__slots__ if getattr(one, name) != getattr(other, name)]
    assert differ == [], [(getattr(one, name), getattr(other, name)) for name in differ]


def furnish(world: World) -> None:
    """Sessions of many kinds, with work, locks and what cannot be read."""
    auth = world.worktree("auth")
    world.commit("a.txt", "1", cwd=auth)
    world.commit("b.txt", "2")
    world.write("c.txt", "3", cwd=auth)
    world.write("README.md", "4", cwd=auth)
    world.git("worktree", "add", "-q", "--detach", str(world.root / "myapp-old"))
    world.git("worktree", "lock", "--reason", "for later", str(world.root / "myapp-old"))
    world.worktree("gone")
    (world.root / "myapp-gone").rename(world.root / "elsewhere")
    core = core_in(world)
    core.shared.locks.acquire(("src/app.py",), session="auth")
    core.shared.events.emit("note", session="auth")
    world.write(".claude/locks/odd.lock", "{")


@pytest.mark.tmux
def test_it_sees_what_the_live_view_sees(world: World) -> None:
    furnish(world)
    world.window("by hand", world.root / "myapp-auth", "exec cat")
    eventually(lambda: "cat\n" in world.tmux("list-panes", "-a", "-F", "#{pane_current_command}"))
    expected, seen = live(world), once(world)
    assert_alike(seen, expected)
    assert isinstance(seen.coordination, Coordination)
    assert {each.name for each in seen.sessions} == {"main", "auth", "gone", "old"}
    assert any(isinstance(each.resources, Resources) for each in seen.sessions)


@pytest.mark.tmux
def test_it_sees_the_same_agents(world: World) -> None:
    tree = world.worktree("auth")
    world.window("by hand", tree, "exec cat")
    pid = int(world.tmux("list-panes", "-a", "-F", "#{pane_pid}").split()[0])
    eventually(lambda: Path(f"/proc/{pid}/cwd").readlink() == tree)
    config = Path(os.environ["HOME"]) / ".claude"
    fake_agent.write(config, fake_agent.record(pid, "waiting", waitingFor="input needed"))
    expected, seen = live(world), once(world)
    assert_alike(seen, expected)
    session = seen.session("auth")
    assert session is not None
    assert session.state is SessionState.WAITING
    assert session.agent is not None


@pytest.mark.parametrize("settings", [{}, {"base": "nothing/here"}, {"edit_watch": "off"}])
def test_it_sees_the_same_without_windows(world: World, settings: dict[str, object]) -> None:
    furnish(world)
    expected = live(world, settings)
    assert_alike(once(world, settings), expected)


def test_it_sees_the_same_in_a_repository_without_a_commit(empty_world: World) -> None:
    empty_world.git("init", "-q", "-b", "main", str(empty_world.repo), cwd=empty_world.root)
    expected, seen = live(empty_world), once(empty_world)
    assert_alike(seen, expected)
    assert isinstance(seen.base, Unknown)


def test_each_question_is_asked_once(world: World) -> None:
    world.worktree("auth")
    core = core_in(world, brief=True)
    look = core.single_look()
    look.begin()
    assert look.end(PATIENCE)[1]
    assert core.runner.started == 3, "base, and the status of each worktree"


def test_what_is_quick_leaves_out_what_takes_longer(world: World) -> None:
    world.worktree("auth")
    look = core_in(world, brief=True).single_look(quick=True)
    look.begin()
    snapshot, complete = look.end(PATIENCE)
    assert complete
    assert [each.status for each in snapshot.sessions] == [PENDING, PENDING]
    assert snapshot.base is PENDING
    assert isinstance(snapshot.coordination, Coordination)


def test_a_worktree_whose_git_hangs_is_not_waited_for(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        world.worktree(f"w{number}")
    slow = world.root / "slow bin/git"
    slow.parent.mkdir()
    hangs = 'case "$*" in *myapp-w0*" status "*|*myapp-w1*" status "*) exec sleep 60;; esac'
    slow.write_text(f'#!/bin/sh\n{hangs}\nexec "{shutil.which("git")}" "$@"\n')
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{slow.parent}:{os.environ['PATH']}")
    monkeypatch.setattr("parallel_tui.engine.single_look.LONG", 0.2)
    look: SingleLook = core_in(world, brief=True).single_look()
    begin = time.monotonic()
    look.begin()
    known: dict[str, object] = {}
    while len(known) < 3 and time.monotonic() - begin < PATIENCE:
        snapshot, complete = look.end(0.5)
        assert not complete
        known = {
            each.name: each.status
            for each in snapshot.sessions
            if isinstance(each.status, WorkStatus)
        }
    assert set(known) == {"main", "w2", "w3"}
