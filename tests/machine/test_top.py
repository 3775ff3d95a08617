"""What sessions use, and the end of one of their processes, on real windows and processes."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from parallel_tui.adapters.machine.look import MachineLook
from parallel_tui.adapters.process import liveness
from parallel_tui.errors import RefusedError
from parallel_tui.model.machine.usage import ProcessUse
from parallel_tui.services.machine.stopping import Stopper
from tests.cli.running import pdev
from tests.support.waiting import PATIENCE, eventually
from tests.support.world import World

pytestmark = pytest.mark.tmux

NAME = "a; $(touch x) [b]"


def test_the_biggest_process_of_a_session_is_shown_and_ended(world: World, tmp_path: Path) -> None:
    tree = world.worktree("auth")
    script = tree / NAME
    script.write_text("trap '' TERM\nwhile :; do :; done\n")
    world.window("auth", tree, "exec sh")
    world.tmux("send-keys", "-t", "auth", f"sh '{NAME}' &", "Enter")

    def top(*words: str, status: int = 0) -> dict[str, object]:
        command = ("top", "auth", "--for", "0.1", "--json", "--tmux-socket", world.socket, *words)
        done = pdev(*command, cwd=world.repo, env=world.env)
        assert done.status == status, done.err
        found: dict[str, object] = done.json
        return found

    def busy() -> dict[str, object] | None:
        sessions = top()["sessions"]
        assert isinstance(sessions, list)
        uses = sessions[0]["processes"]
        return next((each for each in uses if NAME in each["command"] and each["cpu"]), None)

    biggest = eventually(busy)
    assert biggest is not None
    pid = str(biggest["pid"])
    assert "error" in top("--stop", pid, status=1), "nobody can be asked"
    stubborn = top("--stop", pid, "--yes", status=1)
    assert "still runs" in str(stubborn["error"])
    assert top("--stop", pid, "--yes", "--kill")["session"] == "auth"
    assert busy() is None
    assert "error" in top("--stop", str(os.getpid()), "--yes", status=1), "it is no session's"
    words = ("top", "--for", "0.1", "--tmux-socket", world.socket)
    whole = pdev(*words, cwd=world.repo, env=world.env)
    assert whole.out.startswith("load ")
    assert "of 4 set to be enough" in whole.out


def test_only_the_process_that_was_meant_is_ended() -> None:
    look = MachineLook()
    with subprocess.Popen(["sleep", "900"]) as started:
        try:
            now = liveness.start_token(started.pid)
            assert now is not None
            before = ProcessUse(started.pid, str(int(now) - 1), "sleep", 0, 0, 0, "@1")
            assert Stopper(look).stop(before), "it has ended; another one has its id"
            assert started.poll() is None
            me = ProcessUse(os.getppid(), "1", "sh", 0, 0, 0, "@1")
            with pytest.raises(RefusedError):
                Stopper(look).stop(me)
            (use,) = look.uses({"@1": [started.pid]})
            assert (use.pid, use.started, use.command) == (started.pid, now, "sleep 900")
            assert Stopper(look).stop(use)
            assert started.wait(PATIENCE) == -signal.SIGTERM
        finally:
            started.kill()


def test_the_machine_tells_its_load_and_memory() -> None:
    found = MachineLook().now()
    assert found is not None
    assert found.cores >= 1
    assert 0 < found.free <= found.memory
