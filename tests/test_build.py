"""What a fresh machine meets first: the Makefile and the scripts behind it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCRIPT = ROOT / ".ci" / "system-packages"


def _machine(folder: Path, *programs: str) -> dict[str, str]:
    """An environment in which only bash and some do-nothing programs are found."""
    for name in ("bash", "env"):
        (folder / name).symlink_to(str(shutil.which(name)))
    for name in programs:
        program = folder / name
        program.write_text("#!/bin/sh\nexit 0\n")
        program.chmod(0o755)
    return {"PATH": str(folder)}


def _ask(env: dict[str, str], *wanted: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(SCRIPT), *wanted], env=env, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("manager", "command"),
    [
        ("dnf", "sudo dnf install tmux"),
        ("brew", "brew install tmux"),
        ("pacman", "sudo pacman -S tmux"),
    ],
)
def test_a_missing_program_is_named_with_the_command_that_installs_it(
    tmp_path: Path, manager: str, command: str
) -> None:
    done = _ask(_machine(tmp_path, manager, "git"), "git", "tmux")
    assert done.returncode == 1
    assert done.stderr.strip().endswith(command)


def test_nothing_is_said_when_nothing_is_missing(tmp_path: Path) -> None:
    done = _ask(_machine(tmp_path, "git", "tmux"), "git", "tmux")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_make_alone_lists_what_there_is() -> None:
    done = subprocess.run(["make", "-s"], cwd=ROOT, capture_output=True, text=True, check=True)
    listed = {line.split()[1] for line in done.stdout.splitlines()}
    assert {"run", "demo", "test", "lint", "screenshots", "benchmark", "build"} <= listed


def test_ci_runs_from_scripts_that_can_be_run() -> None:
    for name in ("run", "smoke", "system-packages"):
        assert os.access(ROOT / ".ci" / name, os.X_OK), name
