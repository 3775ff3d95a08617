"""Words of the program: of a multiplexer, whichever one it is, and such as strangers understand."""

from __future__ import annotations

import argparse
import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallel_tui.cli.parser import build_whole, parse
from parallel_tui.cli.wrong_lines import error
from parallel_tui.errors import UsageError

PACKAGE: Final = Path(__file__).parents[1] / "parallel_tui"

NAMES_TMUX: Final = {
    "adapters/agents/claude.py": "Claude Code says `tmux` in its state files",
    "bootstrap/found.py": "asks whether there is any tmux, before it asks tmux",
    "bootstrap/windows/multiplexers.py": "chooses the adapter",
    "adapters/layouts/file.py": "reads files of tmuxp",
    "adapters/layouts/tmuxp.py": "reads files of tmuxp",
    "bootstrap/windows/layouts.py": "chooses the adapter",
    "cli/commands/layout.py": "an option that writes files of tmuxp",
    "cli/examples.py": "reads files of tmuxp, prints settings of tmux",
    "cli/names.py": "prints settings of tmux",
    "model/layout/opening.py": "names what is set, in the question",
    "model/settings/layouts/reading.py": "options of layouts are tmux's",
    "cli/commands/recommend.py": "prints settings of tmux",
    "cli/commands/view.py": "an option that prints for the status line of tmux",
    "cli/settings.py": "says what counts for settings of the tmux adapter",
    "cli/render/schema.py": "`tmux_session` is a key of schema 2",
    "demo/agent.py": "reads the variable that tmux sets, as the hook does",
    "demo/lodging.py": "starts the demo's own tmux server",
    "demo/world.py": "the demo plays in tmux, with the settings that lead there",
    "hook.py": "reads the variable that tmux sets; it may import nothing that would name it",
    "model/inheritance.py": "names environment variables, which are tmux's",
    "model/session/naming.py": "tells the user why a character was replaced",
    "model/window/window.py": "`tmux` is a word of schema 2",
    "model/settings/config.py": "settings of the tmux adapter",
    "model/settings/rows/window.py": "settings of the tmux adapter",
    "model/settings/table.py": "settings of the tmux adapter",
    "model/settings/values.py": "settings of the tmux adapter",
    "options.py": "an option of the tmux adapter",
    "ui/looks/colours.py": "reads the variable that tmux sets",
    "ui/start/driver.py": "reads the variable that tmux sets",
}
"""Files that may say tmux outside docstrings, and why."""


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


STUMBLED_OVER: Final = {
    # What strangers had to read twice, each with what is said instead.
    r"\bgoes on\.$": "say what the key does",
    r"^with it:": "goes with it:",
    r"\bboth cover\b": "whose lock … covers it too",
    r"\bseen by:": "from the bell",
    r"cannot be asked for": "what is wrong, and what is right",
    r"^git did not answer$": "failed",
    r"first prompt first": "first prompt",
    r"^Left alone": "stays as it is",
    r"since just now": "since a moment ago",
    r"^Pass work": "Hand a task",
    r"^git says$": "Details",
    r"\bfor leave\b|\basks leave\b|\bleave to run\b": "permission",
    r"^with it$": "goes with it:",
    r"\bwas (changed|told) yet\b": "has been … yet",
    r"[Mm]end(s| it| the)\b(?! of)": "fix, or correct",
    r"\btoasts?\b .*\b|.*\btoasts\b": "notices",
    r"\b(Ask|Asking|asking) (the )?remote\b": "fetch",
    r"\bthe journal (was|could)\b|\bThe journal\b": "the history",
    r"\bit said: ": "its output: ",
    r"\bworked out anew\b": "worked out again",
    r"\bstops nothing\b": "what happens",
    r"\bNone\. ": "none: what would be here, and the key that makes one",
}


def test_no_text_says_what_strangers_stumbled_over() -> None:
    found = {
        f"{path.relative_to(PACKAGE)}: {word!r}: {instead}"
        for path in PACKAGE.rglob("*.py")
        for word in _words(path)
        for stumbling, instead in STUMBLED_OVER.items()
        if re.search(stumbling, word)
    }
    assert found == set()


METAVARS: Final = frozenset(
    {
        *("SESSION", "SESSION… TEXT", "TO", "WINDOW|SESSION", "NAME", "A,B,C", "ENDED"),
        *("BRANCH", "BASE", "PATH", "FILE", "DIR", "ID", "TEXT", "TIME", "AGE", "SECONDS", "N"),
        *("A-B", "NUMBER", "NUMBER|TEXT", "COMMAND", "VERB", "SHELL", "STATE", "STATUS", "LEVEL"),
        *("KINDS", "TYPE", "JSON", "SCOPE", "SPEC", "PATTERN", "NAME|PATH", "NAME|FILE"),
        *("NAME[:N]", "PID", "PRESET|FILE"),
        *("FINGERPRINT", "MACHINE", "SSH", "REQUEST", "COMMIT"),
    }
)
"""Words for values on command lines; a session's name is always SESSION."""


def test_every_argument_of_every_command_says_what_it_is() -> None:
    for parser in _parsers(build_whole()):
        for action in parser._actions:
            what = f"{parser.prog} {action.option_strings or action.dest}"
            if isinstance(action, argparse._SubParsersAction):
                continue
            assert action.help, what
            assert not action.help.endswith("."), what
            assert action.help[0] == action.help[0].lower() or action.help.startswith("PDEV"), what
            shown = action.metavar
            assert shown is None or shown in METAVARS, f"{what}: {shown}"
            if action.dest == "session":
                assert shown == "SESSION", what


def _parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield from _parsers(below)


@pytest.mark.parametrize(
    ("line", "said", "hint"),
    [
        ("attach", "SESSION is missing", "pdev attach --help"),
        ("spawn --kind x a", "--kind cannot be 'x'", "feature, fix"),
        ("spawn a b", "'b' is a word too many", "pdev spawn --help"),
        ("list --jsn", "There is no option '--jsn' here", "pdev list --help"),
        ("handoff sned", "There is no command 'sned' of `pdev handoff`", "`pdev handoff send`"),
        ("histroy", "There is no command 'histroy'", "`pdev history`"),
        ("wait a --until idle --any --all", "--all and --any exclude each other", "--help"),
        ("lock a --wait", "--wait needs a value", "--help"),
        ("history -n x", "-n cannot be 'x'", "--help"),
        ("unlock --foo", "There is no option '--foo' here", "pdev unlock --help"),
        ("--foo list", "There is no option '--foo' here", "pdev list --help"),
    ],
)
def test_a_wrong_line_is_told_in_plain_words(line: str, said: str, hint: str) -> None:
    with pytest.raises(UsageError) as error:
        parse(line.split())
    assert error.value.message == said
    assert hint in error.value.hint


@given(st.text())
def test_whatever_is_wrong_there_is_a_sentence(message: str) -> None:
    made = error(message, "pdev x", ["list"])
    assert made.hint
