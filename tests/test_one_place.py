"""What is done in one place only: programs started, files locked, text turned into markup."""

from __future__ import annotations

import ast
import re

from tests.support.sources import MODULES, PACKAGE, in_repository

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
    "hook.py",  # the same; one question to git, where base has moved
}
LIBRARIES = {
    "git.cmd": "adapters/git/run/starting.py",  # GitPython, with the environment of `for_git`
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
        f"{in_repository(path)}: {word}"
        for path in MODULES
        for word in forbidden
        if word in path.read_text(encoding="utf-8")
    ]
    assert found == []


def test_no_text_becomes_markup() -> None:
    """A name with brackets must not open a tag: what is clicked or coloured is said in values."""
    made = {
        in_repository(path)
        for path in MODULES
        if {"from_markup", "render_markup"}
        & {n.attr for n in ast.walk(ast.parse(path.read_bytes())) if isinstance(n, ast.Attribute)}
    }
    assert made == set()


FLOCK = "adapters/disk/flock.py"


def test_files_are_locked_in_one_place() -> None:
    """Patience, pauses and what Ctrl+C does are the same wherever one process waits for another."""
    users = {
        str(path.relative_to(PACKAGE))
        for path in MODULES
        if _of_fcntl(ast.parse(path.read_bytes())) - NO_LOCKS
    }
    # The hook imports nothing of ours; it never waits, and leaves it where somebody else holds it.
    assert users == {FLOCK, "hook.py"}


def test_locks_are_found_however_they_are_imported() -> None:
    for source in (
        "import fcntl\nfcntl.lockf(1, fcntl.LOCK_EX)",
        "import fcntl\nfcntl.fcntl(1, fcntl.F_SETLKW, b'')",
        "from fcntl import flock",
        "from fcntl import *",
        "import fcntl as f",
        "import fcntl\nlocking = fcntl",
    ):
        assert _of_fcntl(ast.parse(source)) - NO_LOCKS, source
    copied = "import fcntl\nfcntl.fcntl(1, fcntl.F_DUPFD_CLOEXEC, 3)"
    assert not _of_fcntl(ast.parse(copied)) - NO_LOCKS


NO_LOCKS = {"fcntl", "F_DUPFD_CLOEXEC"}
"""Names of `fcntl` that lock nothing by themselves."""


def _of_fcntl(tree: ast.Module) -> set[str]:
    """Names of `fcntl` that a module uses; `*` where that cannot be told."""
    found: set[str] = set()
    whole = 0
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "fcntl":
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {"*" for alias in node.names if alias.name == "fcntl" and alias.asname}
        elif isinstance(node, ast.Name) and node.id == "fcntl":
            whole += 1
        elif isinstance(node, ast.Attribute) and ast.unparse(node.value) == "fcntl":
            whole -= 1
            found.add(node.attr)
    return found | {"*"} if whole else found


LIBRARY_NAMES = {"git", "libtmux", "watchfiles", "psutil", "yaml", "textual", "rich"}
PINNED = {"textual"}
"""Libraries whose private names may be used: their version is pinned to one major release."""
PRIVATE: dict[str, set[str]] = {}
"""Private names of other libraries, where they are used. There are none."""


def _private_names(tree: ast.Module) -> set[str]:
    """Private names of libraries that a module imports, or reads from what it imported.

    What an object of a library is asked for cannot be seen without types: `self.app._keymap`.
    """
    found: set[str] = set()
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                known[alias.asname or alias.name.partition(".")[0]] = alias.name
                if any(part.startswith("_") for part in alias.name.split(".")):
                    found.add(alias.name)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                known[alias.asname or alias.name] = f"{node.module}.{alias.name}"
                if any(part.startswith("_") for part in node.module.split(".")):
                    found.add(node.module)
                elif alias.name.startswith("_"):
                    found.add(f"{node.module}.{alias.name}")
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr.startswith("_"):
            home, _, path = ast.unparse(node.value).partition(".")
            dunder = node.attr.startswith("__")
            if home in known and not dunder and "(" not in path:
                found.add(".".join(filter(None, (known[home], path, node.attr))))
    return {name for name in found if name.partition(".")[0] in LIBRARY_NAMES - PINNED}


def test_no_private_name_of_a_library_is_used() -> None:
    found = {
        str(path.relative_to(PACKAGE)): names
        for path in MODULES
        if (names := _private_names(ast.parse(path.read_bytes())))
    }
    assert found == PRIVATE, "use what is public, or take an exception away that is not needed"
    assert _private_names(ast.parse("import git\ngit.cmd._logger\nimport yaml._x")) == {
        "git.cmd._logger",
        "yaml._x",
    }


def test_what_a_click_runs_exists() -> None:
    """Textual says nothing of an action that nobody has; the click is lost."""
    sources = [path.read_text() for path in (PACKAGE / "ui").rglob("*.py")]
    named = {
        found
        for text in sources
        for found in re.findall(r"""link\([^\n]*f?["'](?:screen\.|app\.)?(\w+)\('""", text)
    }
    there = {found for text in sources for found in re.findall(r"def action_(\w+)\(", text)}
    assert named >= {"tab", "look", "show_lower"}
    assert named <= there
