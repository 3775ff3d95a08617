"""What a fresh machine meets first: the Makefile and the scripts behind it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

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
    assert {"run", "demo", "test", "lint", "lock", "screenshots", "benchmark", "build"} <= listed


def test_ci_runs_from_scripts_that_can_be_run() -> None:
    for name in ("run", "smoke", "newest", "lock", "system-packages"):
        assert os.access(ROOT / ".ci" / name, os.X_OK), name


def _locked(name: str) -> dict[str, tuple[str, int]]:
    """Version and number of hashes of each package that a file of the lock names."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text().replace("\\\n", " ")
    found = {}
    for line in text.splitlines():
        if match := re.match(r"([a-z0-9.-]+)==([^ ]+)", line):
            found[match[1]] = (match[2], line.count("--hash=sha256:"))
    return found


@pytest.mark.parametrize("name", ["run", "dev", "mcp"])
def test_all_that_the_project_asks_for_is_locked_with_hashes(name: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    extras = {"run": [], "dev": ["dev", "mcp"], "mcp": ["mcp"]}[name]
    for extra in extras:
        wanted += project["project"]["optional-dependencies"][extra]
    locked = _locked(name)
    for line in wanted:
        asked = Requirement(line)
        version, _ = locked[canonicalize_name(asked.name)]
        assert version in asked.specifier, f"{line} does not allow {version}: run make lock"
    assert [package for package, (_, hashes) in locked.items() if not hashes] == []


def test_what_runs_is_what_is_tested() -> None:
    assert _locked("run").items() <= _locked("mcp").items() <= _locked("dev").items()


def test_what_is_promised_to_work_ends_before_the_next_release_that_may_break_us() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    bounds = {
        line: sorted(each.operator for each in Requirement(line).specifier)
        for line in project["dependencies"]
    }
    assert [line for line, operators in bounds.items() if operators != ["<", ">="]] == []


@pytest.mark.parametrize("target", ["run", "install-dev", "test", "build"])
def test_make_installs_nothing_that_is_not_locked(tmp_path: Path, target: str) -> None:
    told = subprocess.run(
        ["make", "-n", target, f"VENV={tmp_path}/venv"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    installs = [line for line in told.splitlines() if " install " in line]
    assert installs
    for line in installs:
        assert "--require-hashes" in line or "--no-deps --no-build-isolation" in line, line
    assert "build " not in told or "--no-isolation" in told
