"""Files below the coordination root: atomic, bounded, and never through a link."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from parallel_tui.adapters.disk.reading import UnusableFileError
from parallel_tui.adapters.store.files.mechanics.folder import Folder
from parallel_tui.adapters.store.files.mechanics.guard import Guard
from parallel_tui.errors import CouldNotLookError, RefusedError


def test_a_written_file_is_read_back_and_leaves_no_other(tmp_path: Path) -> None:
    folder = Folder(str(tmp_path / "root"), ("locks",))
    assert folder.read("a") is None
    folder.write("a", b"one")
    folder.write("a", b"two")
    assert folder.read("a") == b"two"
    assert folder.names() == ("a",)


def test_creating_is_exclusive(tmp_path: Path) -> None:
    folder = Folder(str(tmp_path / "root"))
    won: list[int] = []

    def create(number: int) -> None:
        if folder.create("lock", str(number).encode()):
            won.append(number)

    threads = [threading.Thread(target=create, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert folder.read("lock") == str(won[0]).encode()
    assert folder.names() == ("lock", "pdev")
    assert folder.drafts().names() == ()


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_nothing_is_written_through_a_link(tmp_path: Path, kind: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "victim").write_text("safe")
    root = tmp_path / "root"
    root.mkdir()
    if kind == "folder":
        (root / "locks").symlink_to(outside)
        folder, name = Folder(str(root), ("locks",)), "victim"
        with pytest.raises(RefusedError, match="symbolic link"):
            folder.write(name, b"gone")
    else:
        (root / "victim").symlink_to(outside / "victim")
        folder, name = Folder(str(root)), "victim"
        folder.write(name, b"gone")  # replaces the link itself
    if kind == "folder":
        with pytest.raises(UnusableFileError):
            folder.read(name)
    assert (outside / "victim").read_text() == "safe"
    assert sorted(entry.name for entry in outside.iterdir()) == ["victim"]


@pytest.mark.parametrize("make", ["folder", "huge", "fifo", "link"])
def test_odd_files_are_reported_not_read(tmp_path: Path, make: str) -> None:
    odd = tmp_path / "odd"
    if make == "folder":
        odd.mkdir()
    elif make == "huge":
        with odd.open("wb") as stream:
            stream.truncate(50 * 1024 * 1024)
    elif make == "fifo":
        os.mkfifo(odd)
    else:
        odd.symlink_to("/etc/passwd")
    with pytest.raises(UnusableFileError, match="odd"):
        Folder(str(tmp_path)).read("odd")


def test_a_root_that_cannot_be_made_is_one_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "root").write_text("a file")
    with pytest.raises(RefusedError, match="cannot be written"):
        Folder(str(tmp_path / "root")).write("a", b"")


def test_the_guard_is_nested_within_a_thread_and_exclusive_between_them(tmp_path: Path) -> None:
    folder = Folder(str(tmp_path))
    one, other = Guard(folder), Guard(folder, timeout=0.05)
    with one.held(), one.held(), pytest.raises(CouldNotLookError, match="guard"), other.held():
        pass
    with other.held():
        pass
