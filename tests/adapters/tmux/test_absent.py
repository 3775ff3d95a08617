"""No tmux is asked where there is none; wherever there may be one, it is."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from parallel_tui.adapters.tmux.absent import surely_absent
from parallel_tui.adapters.tmux.command import Address


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where sockets of tmux would be; there are none."""
    monkeypatch.setenv("TMUX_TMPDIR", str(tmp_path))
    return tmp_path / f"tmux-{os.getuid()}"


def test_without_a_trace_there_is_no_server(folder: Path, tmp_path: Path) -> None:
    assert surely_absent({}, str(tmp_path / "runtime"))
    assert surely_absent({"TMUX": ""}, str(tmp_path / "runtime"))


def test_a_server_around_us_is_asked(folder: Path, tmp_path: Path) -> None:
    assert not surely_absent({"TMUX": "/tmp/x,1,0"}, str(tmp_path / "runtime"))  # noqa: S108


def test_a_socket_is_asked_whether_anybody_listens_or_not(folder: Path, tmp_path: Path) -> None:
    folder.mkdir()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(Address().socket)
        assert not surely_absent({}, str(tmp_path / "runtime"))
    Path(Address().socket).unlink()
    assert surely_absent({}, str(tmp_path / "runtime"))


def test_a_server_that_is_remembered_is_asked(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "runtime/servers").mkdir(parents=True)
    assert not surely_absent({}, str(tmp_path / "runtime"))


def test_what_cannot_be_looked_at_may_be_there(folder: Path, tmp_path: Path) -> None:
    folder.symlink_to(folder.name)  # leads to itself
    assert not surely_absent({}, str(tmp_path / "runtime"))
