"""The program outside its tmux adapter speaks of a multiplexer, whichever one it is."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

PACKAGE: Final = Path(__file__).parents[1] / "parallel_tui"

NAMES_TMUX: Final = {
    "adapters/terminals/desktop.py": "uses `outside_tmux`",
    "adapters/agents/claude.py": "Claude Code says `tmux` in its state files",
    "bootstrap/__init__.py": "chooses the adapter",
    "bootstrap/found.py": "chooses the adapter",
    "cli/commands/view.py": "an option that prints for the status line of tmux",
    "cli/render/schema.py": "`tmux_session` is a key of schema 2",
    "demo/lodging.py": "starts the demo's own tmux server",
    "demo/world.py": "the demo plays in tmux, with the settings that lead there",
    "model/inheritance.py": "names environment variables, which are tmux's",
    "model/session/naming.py": "tells the user why a character was replaced",
    "model/state/words.py": "`tmux` is a word of schema 2",
    "model/window/window.py": "`tmux` is a word of schema 2",
    "model/settings/config.py": "settings of the tmux adapter",
    "model/settings/table.py": "settings of the tmux adapter",
    "model/settings/values.py": "settings of the tmux adapter",
    "options.py": "an option of the tmux adapter",
    "ui/start/driver.py": "reads the variable that tmux sets",
}
"""Files that may say tmux outside docstrings, and why. The list only gets shorter."""


def test_only_named_files_say_tmux_outside_its_adapter() -> None:
    found = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if PACKAGE / "adapters/tmux" not in path.parents
        and any("tmux" in word.lower() for word in _words(path))
    }
    assert found - NAMES_TMUX.keys() == set(), "say multiplexer, or ask the port for its name"
    assert NAMES_TMUX.keys() - found == set(), "no longer needed in the list"


def _words(path: Path) -> Iterator[str]:
    """Identifiers and strings of a file, without docstrings and without where imports come from."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    spoken = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if id(node) not in spoken:
                yield text
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                yield name
            case ast.keyword(arg=str(name)) | ast.alias(name=name):
                yield name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.ClassDef(name=name):
                yield name
            case _:
                pass
