"""Heavy commands of several sessions, through the real `pdev run`: in turn, and never lost."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.cli.running import PDEV, pdev
from tests.support.waiting import PATIENCE, eventually
from tests.support.world import World

HOLD = "echo $0 began >>log; until test -e $0.end; do sleep 0.02; done; echo $0 ended >>log"
"""A command that says when it begins, and ends when it is told to."""


class Runs:
    """Commands in the slot `test`, each in the background."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.started: list[subprocess.Popen[bytes]] = []

    def start(self, name: str, *options: str) -> subprocess.Popen[bytes]:
        words = [PDEV, "run", "--slot", "test", "--session", name, *options]
        process = subprocess.Popen(
            [*words, "--", "sh", "-c", HOLD, name],
            cwd=self.world.repo,
            env=self.world.env,
            stderr=subprocess.DEVNULL,
        )
        self.started.append(process)
        return process

    def end(self, name: str) -> None:
        (self.world.repo / f"{name}.end").touch()

    def log(self) -> list[str]:
        with suppress(FileNotFoundError):
            return (self.world.repo / "log").read_text().splitlines()
        return []

    def line(self) -> tuple[list[str], list[str]]:
        """Who runs, and who waits."""
        told = pdev("slots", "--json", cwd=self.world.repo, env=self.world.env).json["slots"]
        if not told:
            return [], []
        running, waiting = told[0]["running"], told[0]["waiting"]
        return [each["session"] for each in running], [each["session"] for each in waiting]

    def reach(self, running: list[str], waiting: list[str]) -> None:
        """Wait until exactly these run and wait, in this order."""
        eventually(lambda: self.line() == (running, waiting), what=f"{running} before {waiting}")


@pytest.fixture
def runs(world: World) -> Iterator[Runs]:
    made = Runs(world)
    yield made
    for process in made.started:
        with suppress(ProcessLookupError):
            process.kill()
        process.wait(PATIENCE)


def test_commands_run_in_turn_however_the_ones_before_end(runs: Runs) -> None:
    first = runs.start("one")
    runs.reach(["one"], [])
    second = runs.start("two")
    runs.reach(["one"], ["two"])
    third = runs.start("three")
    runs.reach(["one"], ["two", "three"])
    fourth = runs.start("four")
    runs.reach(["one"], ["two", "three", "four"])
    third.send_signal(signal.SIGKILL)  # one that waits: nobody waits behind it for ever
    runs.reach(["one"], ["two", "four"])
    first.send_signal(signal.SIGKILL)  # and one that runs
    runs.reach(["two"], ["four"])
    second.send_signal(signal.SIGTERM)  # a signal for the command ends the command
    assert second.wait(PATIENCE) == -signal.SIGTERM
    runs.reach(["four"], [])
    runs.end("four")
    assert fourth.wait(PATIENCE) == 0
    assert runs.log() == ["one began", "two began", "four began", "four ended"]
    assert runs.line() == ([], [])


def test_what_is_taken_is_said_and_not_waited_for(runs: Runs) -> None:
    runs.start("one")
    runs.reach(["one"], [])

    def run(*options: str, status: str) -> str:
        words = ("run", "--slot", "test", *options, "--", "sh", "-c", f"exit {status}")
        done = pdev(*words, cwd=runs.world.repo, env=runs.world.env)
        assert done.out == ""
        return f"{done.status} {done.err}"

    refused = run("--no-wait", status="3")
    assert refused.startswith("75 pdev: Busy: The slot test is taken: one (sh -c")
    assert run("--wait", "0.1", status="3").startswith("75 ")
    assert run("--slot", "test:2", "--no-wait", status="7").startswith("75 "), (
        "one that runs wants to be alone"
    )
    assert run("--slot", "other", status="7").startswith("7 ")
    assert runs.line() == (["one"], [])


def test_what_is_no_place_holds_no_slot(world: World) -> None:
    folder = world.repo / ".git/pdev"
    folder.mkdir(exist_ok=True)
    (folder / "slot-test.00000001.run").mkdir()
    (folder / "slot-test.00000002.wait").symlink_to("/dev/zero")
    done = pdev(
        "run", "--slot", "test", "--no-wait", "--", "echo", "x", cwd=world.repo, env=world.env
    )
    assert (done.status, done.out, done.err) == (0, "x\n", "")
    assert (folder / "slot-test.00000001.run").is_dir()


def test_a_command_gets_all_that_it_would_have_without_us(world: World) -> None:
    env = {**world.env, "MINE": "a\nb"}
    words = ("run", "--slot", "test", "--", "sh", "-c", 'cat; echo "$MINE" "$1"; pwd; exit 9', "x")
    done = pdev(*words, "--flag", cwd=world.repo / ".git", env=env, stdin="typed\n")
    assert (done.status, done.err) == (9, "")
    assert done.out == f"typed\na\nb --flag\n{os.path.realpath(world.repo)}/.git\n"
    inside = f"{PDEV} run --slot test --no-wait -- echo inside"
    nested = pdev("run", "--slot", "test", "--", "sh", "-c", inside, cwd=world.repo, env=world.env)
    assert nested.out == "inside\n", "it would wait for itself"
    missing = pdev("run", "--slot", "test", "--", "no-such", cwd=world.repo, env=world.env)
    assert missing.status == 127
    assert "there is no such program" in missing.err
    script = world.repo / "script"
    script.write_text("#!/no/such\n")
    script.chmod(0o755)
    missing = pdev("run", "--", "./script", cwd=world.repo, env=world.env)
    assert missing.status == 127
    assert "its first line names" in missing.err


def test_a_place_of_another_container_holds_as_long_as_its_file_is_locked(world: World) -> None:
    """Process ids mean nothing there; the lock that the command inherits does."""
    import fcntl

    folder = world.repo / ".git/pdev"
    folder.mkdir(exist_ok=True)
    ticket = folder / "slot-test.00000001.run"
    ticket.write_text('{"pid": 1, "started": "1", "place": "another one", "session": "far"}')
    words = ("run", "--slot", "test", "--no-wait", "--", "true")
    with ticket.open("r+") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        refused = pdev(*words, cwd=world.repo, env=world.env)
        assert (refused.status, "far first" in refused.err) == (75, True)
    draft = folder / "slot-test.00000007.wait.new"
    draft.write_text("cut off")
    assert pdev(*words, cwd=world.repo, env=world.env).status == 0
    assert not draft.exists()
    assert "far" not in ticket.read_text()


def test_where_nothing_can_be_written_nothing_is_run(world: World) -> None:
    (world.repo / ".git/pdev").write_text("somebody's file")
    done = pdev("run", "--slot", "a", "--", "touch", "ran", cwd=world.repo, env=world.env)
    assert done.status == 1
    assert "No place in line can be written" in done.err
    assert not Path(world.repo, "ran").exists()
