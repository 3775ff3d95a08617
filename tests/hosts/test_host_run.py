"""`pdev host run`: a clone is kept in step without a dashboard, by one process at a time."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from parallel_tui.cli.commands.host_unit import quoted, unit_name, user_unit
from tests.guide.test_lock_files import guide
from tests.hosts.test_shared_work import core, green, in_hub, known_sessions, living, red, served
from tests.hosts.test_shared_work import share as share_work
from tests.support.waiting import eventually
from tests.support.world import World

__all__ = ["green", "red", "served"]


class Running:
    """The process in a clone, and what it prints."""

    def __init__(self, world: World, log: Path) -> None:
        self._log = log
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "parallel_tui.cli.main", "host", "run", "--json"],
                cwd=world.repo,
                env={**world.env, "PDEV_STORE": os.environ["PDEV_STORE"]},
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    def told(self, event: str) -> list[str]:
        """What it was about, of all lines of a kind."""
        lines = [json.loads(line) for line in self._log.read_text().splitlines() if line[-1] == "}"]
        return [str(line["about"]) for line in lines if line["event"] == event]

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal; returns the status it ended with."""
        self.process.send_signal(number)
        return self.process.wait()


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Callable[[World], Running]]:
    """Starts it in a clone."""
    made: list[Running] = []

    def start(world: World) -> Running:
        made.append(Running(world, tmp_path / f"log-{len(made)}"))
        return made[-1]

    yield start
    for each in made:
        each.process.kill()
        each.process.wait()


def _pushes(world: World) -> int:
    return len(in_hub(world, "reflog", "show", "refs/pdev/hosts/red/auth").splitlines())


def test_one_process_at_a_time_does_the_work_of_a_clone(
    served: World,
    green: World,
    run: Callable[[World], Running],
) -> None:
    in_hub(served, "config", "core.logAllRefUpdates", "always")
    for world in (served, green):
        share_work(world)
    app = served.root / "myapp-auth/src/app.py"
    first = run(served)
    eventually(lambda: first.told("shared") == ["auth"], what="the first process")
    again = run(served)
    assert again.process.wait() == 1, "two of them are one too many"
    with living(green) as there:
        eventually(lambda: known_sessions(there), what="the other machine")
        with living(served) as here:
            eventually(lambda: here.snapshot.hosts is not None, what="a dashboard beside it")
            seen = here.snapshot.hosts
            assert seen is not None
            assert (seen.pushing, seen.sent.names) == (False, ("auth",))
            before = _pushes(served)
            app.write_text("one\n")
            eventually(lambda: _pushes(served) == before + 1, what="a push")
            eventually(lambda: known_sessions(there)[0].dirty, what="the edit elsewhere")
            guide(served.repo, "auth", "lock", "src/app.py")
            eventually(lambda: first.told("lock") == ["src_app.py"], what="a script's lock")
            assert first.end(signal.SIGKILL) < 0
            app.write_text("two\n")
            eventually(lambda: _pushes(served) == before + 2, what="a push of who takes over")
            second = run(served)
            eventually(lambda: second.told("pushing"), what="the next process")
        app.write_text("three\n")
        eventually(lambda: _pushes(served) == before + 3, what="a push of who is left")
        assert second.end() == 0
        assert second.told("ended")
    assert core(served).hosts.running().take(), "and its part is free again"


def test_it_is_refused_where_there_is_nothing_to_do(red: World) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "parallel_tui.cli.main", "host", "run"],
        cwd=red.repo,
        env={**red.env},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "nothing to keep in step" in done.stderr


def test_what_it_loads_is_small(red: World) -> None:
    code = (
        "import sys; from parallel_tui.bootstrap import Overrides, open_core\n"
        f"core = open_core(Overrides({str(red.repo)!r}))\n"
        "import parallel_tui.cli.commands.host_run; engine = core.hosts.engine()\n"
        "print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={**red.env}, capture_output=True, text=True, check=True
    )
    loaded = done.stdout.split()
    large = ("textual", "rich", "parallel_tui.ui", "parallel_tui.adapters.tmux.commands", "mcp")
    assert [name for name in loaded if name.startswith(large)] == []
    assert len([name for name in loaded if name.startswith("parallel_tui")]) < 260


ODD = """/a b/%h/$HOME/"q"/back\\slash/'s'/ünï/\n/tab\t/end\\"""


def test_a_unit_says_what_is_run_whatever_the_names() -> None:
    assert quoted("a b") == '"a b"'
    assert quoted('50%"\\\n\udcff') == '"50%%\\"\\\\\\n\\xff"'
    unit = user_unit(f"my\napp {ODD}", "pdev.service", ["/py", "-C", ODD], {"PDEV_STORE": "a%20b"})
    assert 'Environment="PDEV_STORE=a%%20b"\n' in unit
    assert "$$HOME" in unit
    assert unit_name("my app\n%", "/a") == "pdev-my-app-69707b5c.service"
    assert unit_name("app", "/a") != unit_name("app", "/b")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd")
def test_systemd_understands_the_unit(tmp_path: Path, red: World) -> None:
    odd = tmp_path / "a b %h $HOME"
    odd.mkdir()
    red.repo.rename(odd / "my app")
    done = subprocess.run(
        [sys.executable, "-m", "parallel_tui.cli.main", "host", "unit"],
        cwd=odd / "my app",
        env={**red.env, "PDEV_STORE": "postgresql://h/d?application_name=a%20b"},
        capture_output=True,
        text=True,
        check=True,
    )
    unit = tmp_path / "pdev-my-app.service"
    unit.write_text(done.stdout)
    told = subprocess.run(
        ["systemd-analyze", "--user", "--man=no", "verify", str(unit)],
        env={**red.env, "XDG_RUNTIME_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (told.returncode, told.stderr) == (0, "")
    assert f'-C "{str(odd).replace("%", "%%").replace("$", "$$")}/my app"' in done.stdout.replace(
        '"-C"', "-C"
    )
