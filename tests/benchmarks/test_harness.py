"""The instruments themselves: a benchmark that measures the wrong thing is worse than none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks import harness
from tests.benchmarks.bench import listed, row
from tests.support.isolation import SAFE_TMUX_DIRS
from tests.support.terminal import Terminal
from tests.support.waiting import eventually

BURN = "import time\nwhile time.process_time() < 0.4: pass\n"


def test_a_quantile_is_a_measured_value() -> None:
    assert harness.quantile([3, 1, 2], 0.95) == 3
    assert harness.quantile([1, 2, 3, 4], 0.5) == 3
    assert harness.quantile([7], 0.0) == 7


def test_processor_time_includes_children_living_and_dead() -> None:
    script = (
        f"import subprocess, sys, time; subprocess.run([sys.executable, '-c', {BURN!r}]);"
        "living = subprocess.Popen(['sleep', '900']); print('done', flush=True);"
        "sys.stdin.read(); living.kill(); living.wait()"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "done\n"
    assert harness.cpu_seconds(child.pid) >= 0.2
    assert harness.processes(child.pid) == 2
    child.communicate()
    assert harness.cpu_seconds(child.pid) == 0


def test_counted_programs_still_do_their_work(tmp_path: Path) -> None:
    path, log = harness.counting_path(tmp_path, ["git"], os.environ["PATH"])
    env = {**os.environ, "PATH": path}
    done = subprocess.run(["git", "--version"], env=env, capture_output=True, text=True)
    assert done.stdout.startswith("git version")
    assert log.read_text() == "git --version\n"


@pytest.mark.tmux
def test_a_terminal_shows_what_its_program_prints(isolated: dict[str, str], tmp_path: Path) -> None:
    folder = Path(isolated["TMUX_TMPDIR"])
    SAFE_TMUX_DIRS.add(str(folder))
    terminal = Terminal(folder, isolated, columns=40, rows=5)
    terminal.open(tmp_path)
    try:
        terminal.start(
            ["sh", "-c", "printf '\\033[31mask\\033[m\\n'; read x; echo got $x"], tmp_path
        )
        assert terminal.until(lambda lines: "ask" in lines) is not None
        assert any("\x1b[31mask" in line for line in terminal.screen(colours=True))
        terminal.type("a b")
        terminal.press("Enter")
        assert terminal.until(lambda lines: "got a b" in lines) is not None, terminal.screen()
        eventually(terminal.ended)
    finally:
        terminal.close()


def test_a_row_is_of_the_sessions_pane() -> None:
    screen = [
        "╭─ Sessions ───╮╭─ s02 ──╮",
        "│  1 · main    ││        │",
        "│▌ 2 · s01     ││        │",
        "╰──────────────╯╰────────╯",
        "╭─ Overlaps ───╮╭────────╮",
        "│  C s01 × s02 ││        │",
        "╰──────────────╯╰────────╯",
    ]
    assert row(screen, " s01 ") == screen[2]
    assert row(screen, " s02 ") == ""
    assert listed(screen) == screen[1:3]
