"""The one parser that a command makes understands, refuses and helps as the whole one does."""

from __future__ import annotations

import contextlib
import io
import shutil

import pytest

from parallel_tui.cli import parser
from parallel_tui.errors import UsageError

LINES = [
    "locks",
    "locks --json -C /x",
    "locks extra",
    "locks --wrong",
    "lock",
    "lock a b --reason why --ttl 5m",
    "lock --check a --session s",
    "lock -- --odd",
    "lock --rea why a",
    "unlock --all --no-color",
    "event",
    "event emit note --to a --to b --base x",
    "event emit",
    "event list --unread -C /y",
    "event sing",
    "-C /x event list",
    "handoff send b --task t --file f",
    "handoff decline h1",
    "task done 1",
    "session register --status idle",
    "path main",
    "path",
    "list --help",
    "event --help",
    "event emit --help",
    "locks -h",
    "spawn --base v1 name",
    "nonsense",
    "lokcs",
    "--wrong",
    "--no-color",
    "",
]


def _whole(arguments: list[str]) -> object:
    found = parser.build().parse_args(arguments)
    return None if found.command is None else found


def _told(ask: object, line: str) -> tuple[object, str]:
    """What comes of a command line: what is understood, or the error, and what is printed."""
    assert callable(ask)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        try:
            found = ask(line.split())
        except UsageError as error:
            return (error.message, error.hint), out.getvalue()
        except SystemExit as left:
            return left.code, out.getvalue()
    return (None if found is None else {**vars(found), "command": None}), out.getvalue()


@pytest.mark.parametrize("line", LINES)
def test_one_parser_is_as_good_as_all(line: str) -> None:
    assert _told(parser.parse, line) == _told(_whole, line)


@pytest.mark.parametrize("columns", ["40", "200", "0", "x", ""])
def test_help_is_as_wide_as_the_terminal(columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert parser._columns() == shutil.get_terminal_size().columns
