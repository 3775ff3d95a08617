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
    # One protocol, and one engine that is all of it: long, and still one job.
    lists = {PACKAGE / "ports/store.py", PACKAGE / "adapters/store/memory/store.py"}
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


def test_value_classes_are_records() -> None:
    """One class of the library's on the way of a command costs as much as all others together."""
    home = {PACKAGE / "model/record.py", PACKAGE / "model/record_methods.py"}
    found = [
        _name(path)
        for path in MODULES
        if path not in home
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.ImportFrom)
        and node.module == "dataclasses"
        and {each.name for each in node.names} & {"dataclass", "field", "replace", "asdict"}
    ]
    assert found == []


STARTS = {
    "subprocess": {"run", "Popen", "call", "check_call", "check_output", "getoutput"},
    "os": {"system", "popen", "fork", "forkpty", "startfile", "posix_spawn", "posix_spawnp"},
    "pty": {"spawn", "fork"},
    "asyncio": {"create_subprocess_exec", "create_subprocess_shell"},
    "multiprocessing": {"Process", "Pool"},
}
STARTERS = {
    "adapters/process/programs.py",  # the one place
    "adapters/process/asking.py",  # how that one asks, without `subprocess`
    "demo/agent.py",  # a program of its own, which imports nothing of ours
}
LIBRARIES = {
    "git.cmd": "adapters/git/run/runner.py",  # GitPython, with the environment of `for_git`
    "libtmux": "adapters/tmux/gateway.py",  # clients that can start no server
}


def _starts(tree: ast.Module) -> set[str]:
    """Names of functions used in a module that start another program."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            home = node.func.value
            if isinstance(home, ast.Name):
                named = f"{home.id}.{node.func.attr}"
                begins = home.id == "os" and node.func.attr.startswith(("exec", "spawn"))
                if begins or node.func.attr in STARTS.get(home.id, ()):
                    found.add(named)
        elif isinstance(node, ast.ImportFrom) and node.module in STARTS:
            imported = {alias.name for alias in node.names}
            found |= {f"{node.module}.{name}" for name in imported & STARTS[node.module]}
            if node.module == "os":
                found |= {name for name in imported if name.startswith(("exec", "spawn"))}
    return found


def test_other_programs_are_started_in_one_place() -> None:
    """Else the next one inherits a hook's repository, a session's directory or a held lock."""
    found: dict[str, set[str]] = {}
    for path in MODULES:
        name = str(path.relative_to(PACKAGE))
        tree = ast.parse(path.read_bytes())
        if name not in STARTERS and (starts := _starts(tree)):
            found[name] = starts
        for node in ast.walk(tree):
            modules = [node.module] if isinstance(node, ast.ImportFrom) else []
            modules += [each.name for each in node.names] if isinstance(node, ast.Import) else []
            for module in modules:
                if module in LIBRARIES and LIBRARIES[module] != name:
                    found.setdefault(name, set()).add(str(module))
    assert found == {}
    assert _starts(ast.parse("import os\nos.execvp('x', [])\nfrom subprocess import run"))


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
