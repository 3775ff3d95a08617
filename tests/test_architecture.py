"""What import-linter cannot say: sizes, docstrings, and what an import may cost."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "parallel_tui"
MODULES = sorted(PACKAGE.rglob("*.py"))
HEAVY = ("textual", "rich", "git", "libtmux", "yaml", "watchfiles", "psutil", "asyncio")


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_no_module_grows_into_a_god_object() -> None:
    # Lists with one entry for each port or command: long, and still one job.
    lists = {PACKAGE / "adapters/ports.py", PACKAGE / "ui/commands.py"}
    modules = [path for path in MODULES if path not in lists]
    long = {_name(path): lines for path in modules if (lines := _lines(path)) > 400}
    assert long == {}


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_every_module_says_what_it_is_for() -> None:
    silent = [_name(p) for p in MODULES if not ast.get_docstring(ast.parse(p.read_bytes()))]
    assert silent == []


@pytest.mark.parametrize("module", ["parallel_tui.cli.main", "parallel_tui.bootstrap"])
def test_importing_the_command_line_loads_nothing_heavy(module: str) -> None:
    code = (
        f"import sys, {module}; "
        f"print(*[name for name in {HEAVY!r} if name in sys.modules])"
    )  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []


def test_nothing_of_ours_can_hurt_a_server_or_skip_a_hook() -> None:
    """The promises of the README that a search of the source can hold."""
    forbidden = ("--no-verify", '"kill-server"', "shell=True", '"-D"')
    found = [
        f"{_name(path)}: {word}"
        for path in MODULES
        for word in forbidden
        if word in path.read_text(encoding="utf-8")
    ]
    assert found == []
