"""What import-linter cannot say: sizes, docstrings, and what an import may cost."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from parallel_tui.cli.names import COMMANDS
from tests.support.sources import MODULES, PACKAGE, ROOT, in_repository

HEAVY = ("textual", "rich", "git", "libtmux", "yaml", "watchfiles", "psutil", "asyncio")


LIMIT = 300
LONG: dict[str, str] = {
    "hook.py": "one file that stands alone: at every step of every agent each further one costs",
}
"""Modules longer than `LIMIT`, each with the reason."""


def test_no_module_grows_into_a_god_object() -> None:
    long = {
        str(path.relative_to(PACKAGE)): lines for path in MODULES if (lines := _lines(path)) > LIMIT
    }
    assert {name: lines for name, lines in long.items() if name not in LONG} == {}
    assert set(LONG) == set(long), "an exception is not needed any more"


FOLDER = 15
WIDE = {
    "cli/commands": "one module a group of commands, found by its name",
    "ui/panes": "one module a pane",
}
"""Folders of more than `FOLDER` modules, each with the reason. It only ever gets shorter."""


def test_no_folder_grows_into_a_list_that_nobody_reads() -> None:
    folders = Counter(
        str(path.parent.relative_to(PACKAGE)) for path in MODULES if path.name != "__init__.py"
    )
    wide = {name for name, count in folders.items() if count > FOLDER}
    assert wide == set(WIDE), "split a folder by noun, or take the exception away"


_OWN_COMMAND = re.compile(rf"\bpdev ({'|'.join(each.name for each in COMMANDS)})\b")


@pytest.mark.parametrize("layer", ["services", "model"])
def test_no_sentence_below_the_faces_names_a_command(layer: str) -> None:
    """What happened is said there, and `Advice` where something can be done: faces say how."""
    found = [
        f"{in_repository(path)}:{node.lineno}: {node.value}"
        for path in MODULES
        if path.is_relative_to(PACKAGE / layer)
        for node in _strings(ast.parse(path.read_bytes()))
        if isinstance(node.value, str) and _OWN_COMMAND.search(node.value)
    ]
    assert found == []


def _strings(tree: ast.Module) -> list[ast.Constant]:
    """Text of a module that is shown or written: what stands alone is a docstring."""
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return [node for node in nodes if id(node) not in alone]


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_every_module_says_what_it_is_for() -> None:
    silent = [in_repository(p) for p in MODULES if not ast.get_docstring(ast.parse(p.read_bytes()))]
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
    home = {PACKAGE / "record.py", PACKAGE / "record_methods.py"}
    found = [
        in_repository(path)
        for path in MODULES
        if path not in home
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.ImportFrom)
        and node.module == "dataclasses"
        and {each.name for each in node.names} & {"dataclass", "field", "replace", "asdict"}
    ]
    assert found == []


SAME_NAMES = {
    "Command": "a row of `pdev`'s commands, and a command of the dashboard: two faces of one word",
    "Event": "what inotify tells, and what sessions tell each other",
    "Level": "of an overlap, and of a health message",
    "Look": "a part that is looked at, and whoever looks at sessions before they are removed",
    "Row": "of a table on the screen, of tmux's listing, and of the table of sources",
    "Source": "a neighbour by name, and whatever reads it",
}
"""Names of two classes. It only ever gets shorter: a name means one thing wherever it is read."""


def test_no_two_classes_share_a_name() -> None:
    homes: dict[str, list[str]] = {}
    for path in MODULES:
        tree = ast.parse(path.read_bytes())
        nested = {
            id(inner)
            for outer in ast.walk(tree)
            if isinstance(outer, ast.ClassDef)
            for inner in ast.walk(outer)
            if inner is not outer
        }  # these are called by their outer class: `KeyedTable.Moved`
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and id(node) not in nested:
                homes.setdefault(node.name, []).append(in_repository(path))
    shared = {name: found for name, found in homes.items() if len(found) > 1}
    unknown = {name: found for name, found in shared.items() if name not in SAME_NAMES}
    assert unknown == {}
    assert set(SAME_NAMES) == set(shared), "an exception is not needed any more"
