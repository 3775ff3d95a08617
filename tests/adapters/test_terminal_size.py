"""A terminal's own word on its size, and what becomes of claims about it."""

from __future__ import annotations

import fcntl
import os
import struct
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from parallel_tui.model.inheritance import TERMINAL_SIZE, inherited
from parallel_tui.terminal_size import forget_claims, size_of
from parallel_tui.ui.start.launch import main

CLAIMED = {"COLUMNS": "7", "LINES": "5", "PATH": "/bin"}


@contextmanager
def terminal(columns: int, rows: int) -> Iterator[int]:
    """A terminal of a size, as an open file descriptor."""
    master, slave = os.openpty()
    try:
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        yield slave
    finally:
        os.close(master)
        os.close(slave)


@pytest.mark.parametrize(
    ("set_to", "told"), [((132, 50), (132, 50)), ((0, 0), (80, 24)), ((0, 50), (80, 50))]
)
def test_only_the_terminal_is_asked(
    monkeypatch: pytest.MonkeyPatch, set_to: tuple[int, int], told: tuple[int, int]
) -> None:
    for name in TERMINAL_SIZE:
        monkeypatch.setenv(name, CLAIMED[name])
    with terminal(*set_to) as descriptor:
        assert size_of(descriptor) == told


def test_what_is_no_terminal_has_the_usual_size(tmp_path: Path) -> None:
    with (tmp_path / "file").open("w") as file:
        assert size_of(file.fileno()) == (80, 24)


def test_an_environment_loses_the_claims_alone() -> None:
    env = dict(CLAIMED)
    forget_claims(env)
    assert env == {"PATH": "/bin"}


def test_nothing_that_gets_a_terminal_inherits_the_claims() -> None:
    assert inherited(CLAIMED) == {"PATH": "/bin"}


def test_the_dashboard_forgets_the_claims_before_anything_else(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in TERMINAL_SIZE:
        monkeypatch.setenv(name, CLAIMED[name])
    assert main([]) == 2  # there is no terminal here
    assert not set(TERMINAL_SIZE) & set(os.environ)
    assert "needs a terminal" in capsys.readouterr().err
