"""A session whose agent works or waits is left alone; one whose agent rests is not."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from parallel_tui.bootstrap import Overrides, open_core
from parallel_tui.errors import RefusedError
from tests.support import fake_agent
from tests.support.waiting import eventually
from tests.support.world import World

pytestmark = pytest.mark.tmux

CHATTER = "import time\nwhile True: print(1, flush=True); time.sleep(0.1)"


@pytest.mark.parametrize(
    ("status", "says"),
    [
        ("busy", "its agent works: it works on a prompt"),
        ("waiting", "its agent waits: "),
        ("shell", "its agent works: "),
        ("idle", ""),
    ],
)
def test_what_an_agent_writes_down_counts_and_not_what_it_prints(
    world: World, status: str, says: str
) -> None:
    tree = world.worktree("auth")
    world.window("auth", tree, f"exec {sys.executable} -u -c '{CHATTER}'")
    core = open_core(Overrides(str(world.repo), {"tmux.socket": world.socket}), world.env)
    pane = eventually(lambda: core.mux.listing().windows[0].active_pane)
    eventually(lambda: "python" in core.mux.listing().windows[0].active_pane.command)
    session = core.sessions.find("auth", windows_matter=True)
    assert "printing" in core.at_work.busy(session), "as long as nothing better is known"
    config = Path(os.environ["HOME"]) / ".claude"
    fake_agent.write(config, fake_agent.record(pane.pid, status))
    found = core.at_work.busy(session)
    assert found.startswith(says)
    assert bool(found) is bool(says)


def test_an_agent_outside_of_any_window_is_seen_by_where_it_works(world: World) -> None:
    tree = world.worktree("auth")
    core = open_core(Overrides(str(world.repo), {"tmux.socket": world.socket}), world.env)
    config = Path(os.environ["HOME"]) / ".claude"
    ours = fake_agent.record(os.getpid(), "busy", cwd=str(tree / "src"))
    fake_agent.write(config, ours)
    assert core.at_work.busy(core.sessions.find("auth")).startswith("its agent works")
    assert core.at_work.busy(core.sessions.find("main")) == ""
    fake_agent.write(config, {**ours, "procStart": "17"})
    assert core.at_work.busy(core.sessions.find("auth")) == "", "another process had that id"


def test_a_merged_session_stays_while_its_agent_waits(world: World) -> None:
    tree = world.worktree("auth")
    world.commit("a.txt", "1", cwd=tree)
    world.git("merge", "-q", "--no-ff", "-m", "merge", "feature/auth")
    core = open_core(Overrides(str(world.repo), {"tmux.socket": world.socket}), world.env)
    config = Path(os.environ["HOME"]) / ".claude"
    fake_agent.write(config, fake_agent.record(os.getpid(), "waiting", cwd=str(tree)))
    (found,) = core.cleaner.candidates()
    assert not found.ready
    assert "its agent waits" in found.why_not
    fake_agent.write(config, fake_agent.record(os.getpid(), "idle", cwd=str(tree)))
    (found,) = core.cleaner.candidates()
    assert found.ready


def test_an_agent_at_rest_is_ended_with_its_merged_session_where_that_is_asked_for(
    world: World,
) -> None:
    tree = world.worktree("auth")
    world.commit("a.txt", "1", cwd=tree)
    world.git("merge", "-q", "--no-ff", "-m", "merge", "feature/auth")
    world.window("auth", tree, f"exec {sys.executable} -u -c '{CHATTER}'")
    core = open_core(Overrides(str(world.repo), {"tmux.socket": world.socket}), world.env)
    eventually(lambda: "python" in core.mux.listing().windows[0].active_pane.command)
    pane = core.mux.listing().windows[0].active_pane
    config = Path(os.environ["HOME"]) / ".claude"
    (found,) = core.cleaner.candidates()
    assert not found.choosable, "no agent is known there, so it is not known what is ended"

    fake_agent.write(config, fake_agent.record(pane.pid, "idle"))
    (found,) = core.cleaner.candidates()
    assert (found.ready, found.choosable) == (False, True)
    assert any("window" in each for each in found.ends)
    assert core.cleaner.choose([found], []) == ()
    with pytest.raises(RefusedError, match="at rest") as refused:
        core.cleaner.choose([found], ["auth"])
    assert "--end-idle" in refused.value.hint
    chosen = core.cleaner.choose([found], [], end_idle=True)
    assert chosen == (found,)

    fake_agent.write(config, fake_agent.record(pane.pid, "busy"))
    with pytest.raises(RefusedError, match="its agent works"):
        core.cleaner.clean(chosen, delete_branch=False)
    assert tree.exists(), "it has begun to work since it was shown"

    fake_agent.write(config, fake_agent.record(pane.pid, "idle"))
    core.cleaner.clean(chosen, delete_branch=False)
    assert not tree.exists()
    eventually(lambda: not any(w.name == "auth" for w in core.mux.listing().windows))
