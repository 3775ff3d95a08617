"""Ports of sessions, from their start to their end and back, on real repositories."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from parallel_tui.model.lifecycle.finding import Severity
from parallel_tui.model.machine.ports import PortGrant
from parallel_tui.services.doctor.given import taken_twice
from tests.cli.running import Ran, pdev
from tests.support.waiting import eventually
from tests.support.world import World

CONFIG = "ports: {web: 23000, api: 24000-24009}\n"


def told(tree: Path) -> dict[str, str]:
    """What a session's file says."""
    lines = (tree / ".env.pdev").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if not line.startswith("#"))


def do(world: World, *words: str, status: int = 0) -> Ran:
    done = pdev(*words, cwd=world.repo, env=world.env)
    assert done.status == status, done.err
    return done


def test_a_session_has_its_ports_until_it_ends_and_when_it_comes_back(world: World) -> None:
    world.write(".claude/parallel-config.yml", CONFIG)
    with socket.socket() as stranger:
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        stranger.bind(("127.0.0.1", 23001))
        stranger.listen()
        started = do(world, "spawn", "one", "--no-window", "--no-agent")
    assert "port 23001 was passed over: another program uses it" in started.err
    one = world.repo.parent / "myapp-one"
    assert told(one) == {
        "WEB_PORT": "23002",
        "API_PORT": "24002",
        "COMPOSE_PROJECT_NAME": "myapp-one",
        "PDEV_DATABASE": "myapp_one",
    }
    assert ".env.pdev" not in world.git("status", "--short", cwd=one)
    running = pdev("run", "--", "sh", "-c", "echo $API_PORT", cwd=one, env=world.env)
    assert running.out == "24002\n"
    removed = do(world, "remove", "one", "--yes")
    assert ".env.pdev" not in removed.err
    assert do(world, "ports", "--json").json["sessions"] == []
    do(world, "spawn", "two", "--no-window", "--no-agent")
    two = world.repo.parent / "myapp-two"
    assert told(two)["WEB_PORT"] == "23001", "those of one wait for it"
    do(world, "undo")
    assert told(one)["WEB_PORT"] == "23002"
    shown = do(world, "ports", "--json").json["sessions"]
    assert {each["session"]: each["ports"]["web"] for each in shown} == {"one": 23002, "two": 23001}


def test_one_that_comes_back_after_its_ports_were_given_away_gets_others(world: World) -> None:
    world.write(".claude/parallel-config.yml", "ports: {web: 23000-23001}\n")
    do(world, "spawn", "one", "--no-window", "--no-agent")
    do(world, "remove", "one", "--yes")
    do(world, "spawn", "two", "--no-window", "--no-agent")
    back = do(world, "undo")
    assert "its ports are not known: No ports are left" in back.err
    world.write(".claude/parallel-config.yml", "ports: {web: 23000-23002}\n")
    given = do(world, "ports", "one", "--json")
    assert given.json["ports"] == {"web": 23002}
    assert told(world.repo.parent / "myapp-one")["WEB_PORT"] == "23002"


def test_an_adopted_worktree_gets_them_when_asked_and_nobodys_file_is_replaced(
    world: World,
) -> None:
    world.write(".claude/parallel-config.yml", CONFIG)
    tree = world.worktree("old")
    (tree / ".env.pdev").write_text("MINE=1\n")
    given = do(world, "ports", "old", "--json")
    assert given.json["ports"] == {"web": 23001, "api": 24001}
    assert ".env.pdev is there already and stays as it is" in given.err
    assert (tree / ".env.pdev").read_text() == "MINE=1\n"
    again = do(world, "ports", "old", "--json").json
    assert (again["ports"], again["given_now"]) == ({"web": 23001, "api": 24001}, False)
    freed = do(world, "ports", "old", "--free", "--json").json["freed"]
    assert freed == {"web": 23001, "api": 24001}
    assert (tree / ".env.pdev").read_text() == "MINE=1\n"


def test_a_ledger_that_says_nothing_gives_nothing_and_stays(world: World) -> None:
    world.write(".claude/parallel-config.yml", CONFIG)
    home = Path(world.env.get("XDG_STATE_HOME") or Path(world.env["HOME"], ".local/state"))
    ledger = home / "pdev/ports.json"
    ledger.parent.mkdir(parents=True, exist_ok=True)
    ledger.write_text('{"schema": 1, "grants": [{"ports": 7}]}')
    started = do(world, "spawn", "one", "--no-window", "--no-agent")
    assert "it has no ports of its own: Nobody knows which ports are given out" in started.err
    assert do(world, "ports", status=2).out == ""
    ran = do(world, "run", "--", "echo", "ran")
    assert ran.out == "ran\n"
    assert "note: no variables for ports are set: Nobody knows" in ran.err
    examined = pdev("doctor", cwd=world.repo, env=world.env).out
    assert "Nobody knows which ports are given out" in examined
    assert "Correct the file or move it away" in examined
    assert ledger.read_text() == '{"schema": 1, "grants": [{"ports": 7}]}'


def test_the_doctor_names_a_port_that_two_sessions_have() -> None:
    grants = [
        PortGrant(f"/r/{name}", "/r", name, (("web", number),), name, name)
        for name, number in (("one", 3000), ("two", 3001), ("three", 3000), ("gone", 3001))
    ]
    ledger: Any = SimpleNamespace(all=lambda: grants, holds=lambda each: each.session != "gone")
    (found,) = taken_twice(ledger)
    assert found.what == "port 3000 (web) is given to three and to one of /r"
    assert found.severity is Severity.PROBLEM


def test_nothing_is_given_twice_whoever_is_killed() -> None:
    count = os.environ.get("PORT_STORM", "300")
    words = [sys.executable, "-m", "tests.machine.port_storm", count]
    done = subprocess.run(
        words, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.tmux
def test_programs_of_its_windows_find_them_in_their_environment(world: World) -> None:
    world.write(".claude/parallel-config.yml", "ports: {web: 23000}\n")
    words = ("--tmux-socket", world.socket, "--agent", "env >env.tmp; mv env.tmp env; exec sh")
    do(world, "spawn", "one", *words)
    told = world.repo.parent / "myapp-one/env"
    eventually(told.exists)
    found = told.read_text().splitlines()
    assert {"WEB_PORT=23001", "COMPOSE_PROJECT_NAME=myapp-one", "PDEV_DATABASE=myapp_one"} <= {
        *found
    }
