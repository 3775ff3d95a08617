"""Which way of writing a file is caught where: the table of `docs/agents.md`, cell by cell."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from parallel_tui.bootstrap import Core, Overrides, open_core
from tests.hook.calling import Agent
from tests.support.world import World

CONFIG = ".claude/parallel-config.yml"
THEIRS = "src/app.py"
DOCS = Path(__file__).parents[2] / "docs" / "agents.md"


def _shell(script: str) -> Callable[[Path], None]:
    def write(tree: Path) -> None:
        subprocess.run(["sh", "-c", script], cwd=tree, check=True, capture_output=True)

    return write


def _tool(tree: Path) -> None:
    (tree / THEIRS).write_text("x = 2\n")


WAYS: dict[str, Callable[[Path], None]] = {
    "edit tool": _tool,
    "notebook": _shell("echo '{}' > src/n.ipynb"),
    "shell": _shell("echo more >> src/app.py"),
    "sed": _shell("sed -i s/1/2/ src/app.py"),
    "git checkout": _shell("git checkout -q other -- src/app.py"),
    "git mv": _shell("git mv src/app.py app.py"),
    "another agent": _tool,
    "person": _tool,
}
"""Ways to write a path of somebody else's."""
EVERY = pytest.mark.parametrize("way", list(WAYS))


@pytest.fixture
def tree(world: World) -> Path:
    """A worktree `mine`; `src` belongs to `theirs`, by the boundaries of base."""
    world.write(CONFIG, json.dumps({"sessions": {"theirs": {"owns": ["src/**"]}}}))
    world.git("add", "-Af", ".")
    world.git("commit", "-qm", "boundaries")
    world.git("branch", "before")
    world.commit(THEIRS, "other = 1\n")
    world.git("branch", "other")
    world.git("reset", "-q", "--hard", "before")
    made = world.worktree("mine")
    _core(world, made).boundaries.checker.compile()
    return made


def _core(world: World, where: Path) -> Core:
    return open_core(Overrides(directory=str(where)), dict(world.env))


@pytest.mark.parametrize(
    ("tool", "key", "path"),
    [("Edit", "file_path", THEIRS), ("Write", "file_path", THEIRS),
     ("MultiEdit", "file_path", THEIRS), ("NotebookEdit", "notebook_path", "src/n.ipynb")],
)  # fmt: skip
def test_edit_tools_are_denied(world: World, tree: Path, tool: str, key: str, path: str) -> None:
    agent = Agent(tree, dict(world.env))
    assert "belongs to theirs" in agent.edit(tree / path, tool, key).denied


@pytest.mark.parametrize("way", ["shell", "sed", "git checkout", "git mv"])
def test_a_shell_is_not_denied(world: World, tree: Path, way: str) -> None:
    agent = Agent(tree, dict(world.env))
    told = agent.tell("PreToolUse", tool_name="Bash", tool_input={"command": f"{way} {THEIRS}"})
    assert told.said == {}, "what a command will write cannot be known before it is run"


@pytest.mark.parametrize("agent", ["codex", "gemini"])
def test_other_agents_are_told_no(world: World, tree: Path, agent: str) -> None:
    other = Agent(tree, dict(world.env), agent)
    if agent == "gemini":
        assert "belongs to theirs" in other.edit(tree / THEIRS, "replace").denied
    else:
        patch = f"*** Begin Patch\n*** Update File: {THEIRS}\n*** End Patch\n"
        told = other.tell("PreToolUse", tool_name="apply_patch", tool_input={"command": patch})
        assert "belongs to theirs" in told.denied


@EVERY
def test_a_stop_finds_it(world: World, tree: Path, way: str) -> None:
    WAYS[way](tree)
    core = _core(world, tree)
    found = core.hooks.scan(core.boundaries.checker).scan()
    assert any(each.path.startswith("src/") for each in found)
    told = Agent(tree, dict(world.env)).tell("UserPromptSubmit").context
    assert "You have changed what is not yours" in told


@EVERY
def test_a_commit_is_refused(world: World, tree: Path, way: str) -> None:
    _core(world, tree).hooks.git.install()
    WAYS[way](tree)
    world.git("add", "-A", cwd=tree)
    done = subprocess.run(
        ["git", "commit", "-qm", "x"], cwd=tree, env=dict(world.env), capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert "belongs to theirs" in done.stderr


@EVERY
def test_ci_refuses_it(world: World, tree: Path, way: str) -> None:
    WAYS[way](tree)
    world.git("add", "-A", cwd=tree)
    world.git("commit", "-qm", "x", cwd=tree)
    clone = world.root / "ci"
    world.git("clone", "-q", str(world.repo), str(clone), cwd=world.root)
    world.git("checkout", "-q", "feature/mine", cwd=clone)
    report = _core(world, clone).boundaries.checker.check(session="mine", against="origin/main")
    assert report.denied


def test_a_lock_is_nothing_that_ci_knows(world: World, tree: Path) -> None:
    _core(world, tree).shared.locks.acquire(("README.md",), session="theirs")
    world.commit("README.md", "mine\n", cwd=tree)
    clone = world.root / "ci"
    world.git("clone", "-q", str(world.repo), str(clone), cwd=world.root)
    world.git("checkout", "-q", "feature/mine", cwd=clone)
    report = _core(world, clone).boundaries.checker.check(session="mine", against="origin/main")
    assert not report.denied


def test_every_cell_of_the_table_names_a_test() -> None:
    text = DOCS.read_text(encoding="utf-8")
    table = text.partition("## What is caught where")[2].partition("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ")][2:]
    assert len(rows) >= len(WAYS)
    here = Path(__file__).parent
    files = [*here.glob("test_*.py"), *(here.parent / "services").glob("test_*.py")]
    for row in rows:
        cells = [cell.strip() for cell in row.strip("|").split("|")][1:]
        for cell in cells:
            (name,) = re.findall(r"`(test_\w+)`", cell) or [""]
            assert name or cell == "—", row
            found = [file for file in files if f"def {name}(" in file.read_text()]
            assert not name or found, name
