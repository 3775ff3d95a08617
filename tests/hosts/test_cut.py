"""The network is cut: packets are lost, and nobody says so. Then it is there again."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.hosts import keeper, network, server
from tests.support.isolation import SAFE_TMUX_DIRS, environment
from tests.support.terminal import Terminal
from tests.support.waiting import eventually

LONG = bool(os.environ.get("PDEV_HOSTS_CUT"))
SECONDS = 60 if LONG else 3
QUICK = "" if LONG else "?connect_timeout=2&keepalives_idle=1&tcp_user_timeout=2000"
"""Without it the program's own patience is what is tried."""

PDEV = ("-m", "parallel_tui.cli.main")


@dataclass(frozen=True)
class Desk:
    """A clone on a machine of its own.

    Attributes:
        machine: Its network.
        env: Its environment.
        repo: The clone.
    """

    machine: network.Machine
    env: dict[str, str]
    repo: Path

    def pdev(self, *args: str) -> tuple[int, str, str]:
        """Run pdev there; its status, output and errors."""
        argv = (sys.executable, *PDEV, *args)
        done = self.machine.run(argv, self.env, str(self.repo))
        return done.returncode, done.stdout, done.stderr

    def locks(self) -> dict[str, str]:
        """Owners by target, as they are known there."""
        status, out, said = self.pdev("locks", "--json")
        assert status == 0, said
        return {each["target"]: each["owner"] for each in json.loads(out)["locks"]}

    def events(self) -> list[str]:
        """What events say, oldest first."""
        status, out, said = self.pdev("event", "list", "--json")
        assert status == 0, said
        return [str(each["payload"]).strip('"') for each in reversed(json.loads(out)["events"])]


@pytest.fixture
def desks() -> Iterator[list[Desk]]:
    """Three machines, and a server behind their networks."""
    reason = server.why_not() or network.why_not()
    if reason:
        pytest.skip(reason)
    top = Path(tempfile.mkdtemp(prefix="pdcut-"))
    top.chmod(0o755)
    SAFE_TMUX_DIRS.add(str(top))
    folder = top / "server"
    folder.mkdir()
    keeper.make(folder)
    with (folder / "data" / "pg_hba.conf").open("a") as rules:
        rules.write("host all all 10.219.0.0/16 trust\n")
    with network.machines("red", "green", "blue") as (hub, machines):
        user = pwd.getpwnam("postgres")
        become = ("setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups")
        process = keeper.start(
            folder, 5432, "listen_addresses=*", before=("ip", "netns", "exec", hub, *become)
        )
        try:
            subprocess.run(
                [f"{keeper.programs()}/createdb", "-h", folder, "-U", "owner", "pdev"], check=True
            )
            yield _desks(top, machines)
        finally:
            process.send_signal(signal.SIGQUIT)
            process.wait()
            shutil.rmtree(top)
            SAFE_TMUX_DIRS.discard(str(top))


def _desks(top: Path, machines: list[network.Machine]) -> list[Desk]:
    made: list[Desk] = []
    for machine in machines:
        home = top / machine.name
        (home / "tmux").mkdir(parents=True, mode=0o700)
        env = environment(home, home / "tmux")
        env["PDEV_STORE"] = f"postgresql://owner@{machine.server}/pdev{QUICK}"
        env["PYTHONPATH"] = str(Path(__file__).parents[2])
        repo = home / "repo"
        if not made:
            git = ("git", "-c", "user.name=a", "-c", "user.email=a@b")
            subprocess.run(["git", "init", "-q", "-b", "main", repo], env=env, check=True)
            commit = ("commit", "-q", "--allow-empty", "-m", "first")
            subprocess.run([*git, *commit], cwd=repo, env=env, check=True)
        else:
            subprocess.run(["git", "clone", "-q", made[0].repo, repo], env=env, check=True)
        made.append(Desk(machine, env, repo))
    return made


def test_a_cut_network_loses_and_grants_nothing(desks: list[Desk]) -> None:
    red, green, _ = desks
    assert red.pdev("store", "init")[0] == 0
    assert red.pdev("lock", "mine", "--session", "auth")[0] == 0
    assert green.pdev("lock", "theirs", "--session", "api")[0] == 0
    assert red.pdev("event", "emit", "note", "--session", "auth", "--payload", '"0"')[0] == 0
    with dashboard(red) as screen:
        began = time.monotonic()
        red.machine.cut()
        if screen is not None:
            eventually(lambda: "cannot be used" in shown(screen), what="that the server is away")
            assert time.monotonic() - began < 20
        with ThreadPoolExecutor() as several:
            grant = several.submit(red.pdev, "lock", "new", "--session", "auth")
            check = several.submit(red.pdev, "lock", "mine", "--check", "--session", "auth")
            seen = several.submit(red.pdev, "locks")
            release = several.submit(red.pdev, "unlock", "mine", "--session", "auth")
        for refused in (grant, check):
            status, _, said = refused.result()
            assert status != 0
            assert "cannot be used" in said
        assert "shown is what was known" in seen.result()[2]
        status, _, said = release.result()
        assert status == 0, said
        assert "the server is told once it answers" in said
        for number in ("1", "2"):
            payload = f'"{number}"'
            told = red.pdev("event", "emit", "note", "--session", "auth", "--payload", payload)
            assert told[0] == 0, told[2]
        assert green.locks() == {"mine": "auth", "theirs": "api"}, "not told yet"
        assert green.pdev("unlock", "theirs", "--session", "api")[0] == 0
        assert green.pdev("lock", "new", "--session", "api")[0] == 0
        rest(began + SECONDS)
        if screen is not None:
            eventually(lambda: "known 1m ago" in shown(screen), what="how old it is")
        red.machine.mend()
        eventually(lambda: red.locks() == {"new": "api"}, what="what happened meanwhile")
        assert green.events() == ["0", "1", "2"]
        assert green.locks() == {"new": "api"}
        if screen is not None:
            eventually(lambda: "cannot be used" not in shown(screen), what="the server again")


class dashboard:  # noqa: N801 - used as a function
    """The whole program on a machine, in the long run; nothing in the short one."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._terminal: Terminal | None = None

    def __enter__(self) -> Terminal | None:
        """Open it, and wait for its first rows."""
        if LONG:
            desk = self._desk
            self._terminal = Terminal(desk.repo.parent, desk.env, columns=120, rows=40)
            self._terminal.open(desk.repo)
            argv = desk.machine.command(sys.executable, "-m", "parallel_tui")
            self._terminal.start(argv, desk.repo)
            eventually(lambda: "mine" in shown(self._terminal), what="the dashboard")
        return self._terminal

    def __exit__(self, *_: object) -> None:
        """End it."""
        if self._terminal is not None:
            self._terminal.close()


def shown(terminal: Terminal | None) -> str:
    """What stands on the screen."""
    return "" if terminal is None else "\n".join(terminal.screen())


def rest(until: float) -> None:
    """Let the network be cut for as long as was asked for."""
    signal.sigtimedwait([], max(0.0, until - time.monotonic()))
