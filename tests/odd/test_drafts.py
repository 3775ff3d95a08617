"""What a killed writer leaves: one kind of name, ignored, never copied, swept by the next one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from parallel_tui.adapters.disk import carry, drafts, files
from parallel_tui.adapters.store.files.store import FileStore
from parallel_tui.adapters.undo.leftovers import half_written
from parallel_tui.model.lifecycle.runtime_files import is_runtime
from tests.cli.running import pdev
from tests.odd.readers import repository
from tests.support.world import World

KILLED = """
import os, signal, sys
from pathlib import Path
real, left = os.fsync, int(sys.argv[1])
def fsync(descriptor):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    real(descriptor)
os.fsync = fsync
from parallel_tui.bootstrap import Overrides, open_core
core = open_core(Overrides("."))
core.shared.locks.acquire(["src/app.py"], session="auth")
core.shared.handoffs.send("api", task="t", session="auth", anyway=True)
"""


def killed(world: World, moment: int) -> bool:
    """Kill a writer at its n-th sync; false when it had ended before."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(moment)],
        cwd=world.repo,
        env=dict(world.env),
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode != 0


def left_behind(root: Path) -> list[str]:
    return [path.name for path in root.rglob("*") if drafts.is_draft(path.name)]


def test_a_killed_writer_shows_nowhere_and_is_swept(world: World) -> None:
    world.worktree("auth")
    assert (
        pdev("event", "emit", "note", "--session", "auth", cwd=world.repo, env=world.env).status
        == 0
    )
    found = 0
    for moment in range(40):
        if not killed(world, moment):
            break
        found += bool(left_behind(world.root))
        assert world.git("status", "--porcelain") == ""
        FileStore(str(world.repo / ".claude"), common_dir=str(world.repo / ".git")).sweep()
        assert left_behind(world.repo) == []
    assert found, "no draft was ever left: the test shows nothing"
    assert moment > 5


def test_no_draft_is_carried_into_a_session(world: World) -> None:
    for name in (drafts.name_for("settings.json"), ".parallel-state.json.12.3.tmp"):
        world.write(f".claude/{name}", "half")
        world.write(f"conf/{name}", "half")
        assert is_runtime(f".claude/{name}")
    world.write("conf/real", "whole")
    target = world.root / "target"
    target.mkdir()
    carry.carry(world.repo, target, copies=["conf", ".claude"], links=())
    assert [path.name for path in target.rglob("*") if path.is_file()] == ["real"]
    assert (
        pdev("spawn", "x", "--no-window", "--no-agent", cwd=world.repo, env=world.env).status == 0
    )
    assert left_behind(world.root / "myapp-x") == []


def test_only_what_nobody_writes_any_more_is_swept(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    mine = drafts.name_for("a")
    prefix, machine, pid, start, rest = (
        mine[: len(drafts.PREFIX)],
        *mine[len(drafts.PREFIX) :].split(".", 3),
    )
    dead = f"{prefix}{machine}.{gone.pid}.{start}.{rest}"
    reused = f"{prefix}{machine}.{pid}.{int(start) + 1}.{rest}"
    elsewhere = f"{prefix}00000000.{gone.pid}.{start}.{rest}"
    older = ".parallel-state.json.12.3.tmp"
    mkstemp = ".pdev-abcd_123"
    foreign = (".pdev-notes", "x.tmp", ".hidden", "pdev-draft", ".pdev-trash-a-12ab34")
    for name in (mine, dead, reused, elsewhere, older, mkstemp, *foreign):
        (tmp_path / name).write_text("x")
    there = repository(tmp_path)
    assert set(half_written(there, [str(tmp_path)])) == {str(tmp_path / n) for n in (dead, reused)}
    files.write_atomically(tmp_path / "file", b"x")
    left = {path.name for path in tmp_path.iterdir() if path.is_file()}
    assert left == {mine, elsewhere, older, mkstemp, *foreign, "file"}
    past = time.time() - drafts.YOUNG - 1
    for name in (mine, elsewhere, older, mkstemp, *foreign):
        os.utime(tmp_path / name, (past, past))
    files.write_atomically(tmp_path / "file", b"x")
    left = {path.name for path in tmp_path.iterdir() if path.is_file()}
    assert left == {mine, *foreign, "file"}


@pytest.mark.parametrize(
    "name", ["x" * 255, "ä" * 127, "\U0001f600" * 63, "a\nb", "\udcff.json", ".a"]
)
def test_a_draft_of_any_name_can_be_made(tmp_path: Path, name: str) -> None:
    files.write_atomically(tmp_path / name, b"x")
    draft = drafts.name_for(name)
    assert drafts.is_draft(draft)
    assert not drafts.abandoned(draft, 0)
    assert not draft.endswith(".json")
    assert len(os.fsencode(draft)) < 255
