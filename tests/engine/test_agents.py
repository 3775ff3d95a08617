"""What an agent writes down of itself is on the screen at once; real files, processes and tmux."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from parallel_tui.adapters.agents.reader import AgentReader
from parallel_tui.model.agent.record import AgentKind
from parallel_tui.model.agent.waiting import WaitsFor
from parallel_tui.model.session.session import SessionState
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.model.window.window import Pane
from tests.engine.live import Live, live
from tests.support import fake_agent
from tests.support.waiting import eventually
from tests.support.world import World

pytestmark = pytest.mark.tmux

SCRIPT = Path(fake_agent.__file__)


@pytest.fixture
def config() -> Path:
    return Path(os.environ["HOME"]) / ".claude"


@pytest.fixture
def auth(world: World) -> Path:
    return world.worktree("auth")


class Fake:
    """A stand-in for an agent in a window."""

    def __init__(self, world: World, where: Path, config: Path) -> None:
        self.world = world
        before = set(config.glob("sessions/*.json"))
        command = shlex.join([sys.executable, str(SCRIPT), str(config)])
        self.window = world.window("agent", where, f"{command}; exec sh")
        (self.file,) = eventually(lambda: set(config.glob("sessions/*.json")) - before)
        self.pid = int(self.file.stem)

    def says(self, line: str) -> None:
        self.world.tmux("send-keys", "-t", self.window, "-l", line)
        self.world.tmux("send-keys", "-t", self.window, "Enter")


def state(snapshot: Snapshot, name: str = "auth") -> SessionState | None:
    session = snapshot.session(name)
    return session.state if session is not None else None


@pytest.fixture
def view(world: World, auth: Path) -> Iterator[Live]:
    with live(world.repo, trees=False) as running:
        yield running


def test_an_agent_is_followed_from_its_first_to_its_last_word(
    world: World, auth: Path, config: Path, view: Live
) -> None:
    agent = Fake(world, auth, config)
    view.until(lambda now: state(now) is SessionState.STARTING)
    agent.says("busy")
    view.until(lambda now: state(now) is SessionState.WORKING)
    agent.says("waiting: permission prompt")
    seen = view.until(lambda now: state(now) is SessionState.WAITING)
    session = seen.session("auth")
    assert session is not None
    assert session.evidence.source == "claude"
    assert session.evidence.waits_for is WaitsFor.PERMISSION
    assert session.agent is not None
    assert (session.agent.kind, session.agent.pid) == (AgentKind.CLAUDE, agent.pid)
    assert session.agent.version == "2.1.332"
    agent.says("busy")
    view.until(lambda now: state(now) is SessionState.WORKING)
    agent.says("idle")
    view.until(lambda now: state(now) is SessionState.IDLE)
    agent.says("end")
    seen = view.until(lambda now: (s := now.session("auth")) and not s.agent and s.windows)
    assert state(seen) in (SessionState.IDLE, SessionState.WORKING, SessionState.QUIET)


def test_an_agent_that_is_killed_has_crashed_until_something_else_runs_there(
    world: World, auth: Path, config: Path, view: Live
) -> None:
    agent = Fake(world, auth, config)
    agent.says("busy")
    view.until(lambda now: state(now) is SessionState.WORKING)
    os.kill(agent.pid, signal.SIGKILL)
    seen = view.until(lambda now: state(now) is SessionState.CRASHED)
    session = seen.session("auth")
    assert session is not None
    assert session.evidence.source == "process"
    world.tmux("send-keys", "-t", agent.window, "exec sleep 600", "Enter")
    view.until(lambda now: state(now) in (SessionState.WORKING, SessionState.QUIET))


def _reply(config: Path, data: dict[str, object]) -> None:
    """What the agent's record of its conversation has, once it has answered something."""
    place = config / "projects" / re.sub(r"[^0-9A-Za-z]", "-", str(data["cwd"]))
    place.mkdir(parents=True, exist_ok=True)
    at = datetime.now(UTC).isoformat()
    usage = {"input_tokens": 250_000}
    said = {"type": "assistant", "timestamp": at, "message": {"usage": usage, "model": "x[1m]"}}
    (place / f"{data['sessionId']}.jsonl").write_text(json.dumps(said) + "\n")


def test_what_is_finished_is_news_until_somebody_looks_and_that_is_kept(
    world: World, auth: Path, config: Path
) -> None:
    agent = Fake(world, auth, config)
    with live(world.repo, trees=False) as view:
        view.until(lambda now: state(now) is SessionState.STARTING)
        _reply(config, json.loads(agent.file.read_text()))
        agent.says("busy")
        view.until(lambda now: state(now) is SessionState.WORKING)
        agent.says("idle")
        seen = view.until(lambda now: state(now) is SessionState.DONE)
        session = seen.session("auth")
        assert session is not None
        assert session.agent is not None
        assert session.agent.use is not None
        assert session.agent.use.context == 25
        view.engine.looked_at(session.key)
        view.until(lambda now: state(now) is SessionState.IDLE)
    with live(world.repo, trees=False) as view:
        view.until(lambda now: state(now) is SessionState.IDLE)
        agent.says("busy")
        view.until(lambda now: state(now) is SessionState.WORKING)
        agent.says("idle")
        view.until(lambda now: state(now) is SessionState.DONE)


def _told(now: Snapshot, told: str, wanted: SessionState) -> bool:
    session = now.session("auth")
    if session is None:
        return False
    return session.agent is None if told == "ended" else session.state is wanted


def test_hooks_are_heard_where_they_write_even_the_first_time(
    world: World, auth: Path, view: Live
) -> None:
    world.window("agent", auth, "exec cat")
    view.until(lambda now: state(now) in (SessionState.WORKING, SessionState.QUIET))
    pid = int(world.tmux("list-panes", "-a", "-F", "#{pane_pid}").split()[0])
    folder = world.repo / ".claude/pdev/agents"
    for number, (told, wanted) in enumerate(
        [("waiting", SessionState.WAITING), ("working", SessionState.WORKING),
         ("failed", SessionState.FAILED), ("ended", SessionState.QUIET)]
    ):  # fmt: skip
        folder.mkdir(parents=True, exist_ok=True)
        data = {
            "schema": 1, "agent": "codex", "session": "auth", "pid": pid, "for": "permission",
            "tool": "Bash", "detail": f"ls {number}", "error": "server_error", "state": told,
            "start": fake_agent.start_of(pid), "conversation": "c", "at": time.time(),
        }  # fmt: skip
        draft = folder / ".draft"
        draft.write_text(json.dumps(data))
        draft.replace(folder / f"auth--{pid}.json")
        seen = view.until(lambda now, told=told, wanted=wanted: _told(now, told, wanted))  # type: ignore[misc]
        session = seen.session("auth")
        assert session is not None
        if told == "waiting":
            assert session.evidence.detail == "it asks for permission to run Bash: ls 0"
            assert session.agent is not None
            assert session.agent.kind is AgentKind.CODEX


def test_the_folder_may_come_later_and_the_file_is_seen_at_once(
    world: World, auth: Path, config: Path, view: Live
) -> None:
    world.window("agent", auth, "exec cat")
    view.until(lambda now: state(now) in (SessionState.WORKING, SessionState.QUIET))
    pid = int(world.tmux("list-panes", "-a", "-F", "#{pane_pid}").split()[0])
    fake_agent.write(config, fake_agent.record(pid, "waiting", waitingFor="input needed"))
    view.until(lambda now: state(now) is SessionState.WAITING)
    took = []
    for number in range(20):
        status = "busy" if number % 2 == 0 else "waiting"
        wanted = SessionState(("working", "waiting")[number % 2])
        begun = time.monotonic()
        fake_agent.write(config, fake_agent.record(pid, status))
        view.until(lambda now, wanted=wanted: state(now) is wanted)  # type: ignore[misc]
        took.append(time.monotonic() - begun)
    assert sorted(took)[10] < 1.0, took


def test_what_was_said_last_is_read_once_more_after_an_agent_came_to_rest(
    world: World, auth: Path, config: Path
) -> None:
    agent = Fake(world, auth, config)
    agent.says("idle")
    record = eventually(lambda: (r := json.loads(agent.file.read_text())).get("status") and r)
    pid = int(world.tmux("list-panes", "-a", "-F", "#{pane_pid}").split()[0])
    pane = Pane("%0", pid=pid, command="sh", path=str(auth))
    reader = AgentReader(os.environ, str(world.repo / ".claude"))
    rests = record["statusUpdatedAt"] / 1000
    assert reader.read((pane,), rests + 0.2).unsettled
    assert not reader.read((pane,), rests + 5).unsettled
