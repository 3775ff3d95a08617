"""What a program that we start gets from us, seen from inside that program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from parallel_tui.adapters.process import asking, programs
from tests.support.waiting import eventually

LOOK = """
import json, os
print(json.dumps({
    "cwd": os.getcwd(), "env": dict(os.environ), "umask": os.umask(0o22), "sid": os.getsid(0),
    "pid": os.getpid(), "files": sorted(int(n) for n in os.listdir("/proc/self/fd")),
}))
"""
PROGRAM = [sys.executable, "-I", "-S", "-c", LOOK]
HOOK = {"GIT_DIR": "/r/.git", "GIT_EDITOR": ":", "PDEV_SESSION": "a", "COLUMNS": "9"}


@pytest.fixture
def held(tmp_path: Path) -> Iterator[int]:
    """A file that whoever started us left open for its children, such as a lock."""
    descriptor = os.open(tmp_path / "lock", os.O_CREAT | os.O_RDWR)
    os.set_inheritable(descriptor, True)
    yield descriptor
    os.close(descriptor)


def seen(output: bytes) -> Any:
    return json.loads(output)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="looks into /proc")
def test_it_stands_nowhere_holds_nothing_and_is_told_nothing(held: int) -> None:
    before = os.umask(0o027)
    try:
        done = programs.run(PROGRAM, env={**os.environ, **HOOK}, more={"PDEV_SESSION": "b"})
    finally:
        os.umask(before)
    found = seen(done.stdout)
    assert found["cwd"] == found["env"]["PWD"] == "/"
    assert found["env"]["PDEV_SESSION"] == "b"
    assert not {"GIT_DIR", "GIT_EDITOR", "COLUMNS"} & set(found["env"])
    assert found["umask"] == 0o027, "the user's own"
    assert found["sid"] == found["pid"], "its own session: no signal of our terminal's reaches it"
    assert held not in found["files"]


@pytest.mark.skipif(not asking.possible(), reason="the system asks another way")
def test_one_that_is_asked_gets_no_more(held: int) -> None:
    before = os.umask(0o027)
    try:
        status, output, _ = programs.ask(
            PROGRAM, env={**os.environ, **HOOK}, more={"PDEV_SESSION": "b"}, timeout=20.0
        )
    finally:
        os.umask(before)
    found = seen(output)
    assert status == 0
    assert found["env"]["PWD"] == programs.NEUTRAL
    assert found["env"]["PDEV_SESSION"] == "b"
    assert not {"GIT_DIR", "GIT_EDITOR", "COLUMNS"} & set(found["env"])
    assert found["umask"] == 0o027
    assert found["sid"] == found["pid"]
    assert held not in found["files"]


ASKED = {
    "both": "head -c 300000 /dev/zero >&2; head -c 300000 /dev/zero; exit 3",
    "nothing": "exit 0",
    "killed": "kill -9 $$",
    "a pipe": "exec 2>&1; yes | head -n 1",  # `yes` ends by a signal that Python ignores
    "input": "cat",
}


@pytest.mark.parametrize("says", ASKED)
def test_asking_answers_as_running_does(says: str) -> None:
    argv = ["sh", "-c", ASKED[says]]
    done = programs.run(argv, env=os.environ)
    asked = programs.ask(argv, env=os.environ, more={}, timeout=20.0)
    assert asked == (done.returncode, done.stdout, done.stderr)


def test_asking_ends_in_time_with_all_that_was_started(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    script = f"sleep 60 & echo $! > '{pids}'; exec >&- 2>&-; wait"
    with pytest.raises(TimeoutError):
        programs.ask(["sh", "-c", script], env=os.environ, more={}, timeout=1.0)
    pid = int(pids.read_text())
    eventually(lambda: _zombie(pid))
    with pytest.raises(FileNotFoundError):
        programs.ask([str(tmp_path / "none")], env=os.environ, more={}, timeout=1.0)


def _zombie(pid: int) -> bool:
    """Whether a process has ended, reaped or not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_asking_works_where_the_directory_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert not asking.possible()
    assert programs.ask(["echo", "a"], env=os.environ, more={}, timeout=20.0) == (0, b"a\n", b"")
    with pytest.raises(TimeoutError):
        programs.ask(["sleep", "60"], env=os.environ, more={}, timeout=0.05)


def test_a_program_that_works_on_one_directory_stands_there(tmp_path: Path) -> None:
    found = seen(programs.run(PROGRAM, env=os.environ, directory=str(tmp_path)).stdout)
    assert found["cwd"] == found["env"]["PWD"] == str(tmp_path)


def test_input_time_and_failure(tmp_path: Path) -> None:
    assert programs.run(["cat"], env=os.environ, feed=b"fed").stdout == b"fed"
    assert programs.run(["sh", "-c", "echo no >&2; exit 3"], env=os.environ).stderr == b"no\n"
    with pytest.raises(subprocess.TimeoutExpired):
        programs.run(["sleep", "60"], env=os.environ, timeout=0.05)
    with pytest.raises(FileNotFoundError):
        programs.run([str(tmp_path / "none")], env=os.environ)


@pytest.mark.parametrize(
    "way", ["become(argv, env=env)", "borrow_terminal(argv, env=env, draws=True)"]
)
def test_what_takes_our_terminal_gets_the_same(tmp_path: Path, way: str) -> None:
    code = (
        "import os, sys; from parallel_tui.adapters.process import programs\n"
        f"argv, env = {PROGRAM!r}, dict(os.environ)\nprograms.{way}"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, **HOOK, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        check=True,
    )
    found = seen(done.stdout)
    assert found["cwd"] == "/"
    assert not set(HOOK) & set(found["env"])


def test_many_are_asked_side_by_side(tmp_path: Path) -> None:
    """Each has its own answer; one that is not there, or says nothing in time, has none."""
    waits = ["sh", "-c", f"echo $$ >{tmp_path}/pid; exec sleep 900"]
    asked = [["echo", "a"], ["no-such-program"], waits, ["sh", "-c", "echo b >&2; exit 3"]]
    found = programs.ask_all(asked, env=os.environ, more={}, timeout=1.0)
    if not asking.possible():
        assert found == [None] * 4
        return
    assert found == [(0, b"a\n", b""), None, None, (3, b"", b"b\n")]
    eventually(lambda: not Path("/proc", (tmp_path / "pid").read_text().strip()).exists())
    assert programs.ask_all([], env={}, more={}, timeout=1.0) == []
