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

from parallel_tui.adapters.process import programs

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
