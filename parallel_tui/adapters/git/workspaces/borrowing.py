"""Make a repository that borrows another one's objects and settings.

It has its own directory, references and index: git lists it nowhere beside the worktrees of the
repository, so that it is no session, holds no branch checked out, and can be deleted at any time.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from parallel_tui.adapters.disk.files import write_atomically
from parallel_tui.model.session.repository import Repository

_SHARED_INFO: Final = ("attributes", "exclude")
_SHARED_FOLDERS: Final = ("git-crypt",)


def borrow(place: Path, owner: Repository, branch: str, digits: int) -> Repository:
    """Make the repository, or bring what it has from its owner up to date; starts no process.

    Args:
        place: Its work tree; made where it is missing.
        owner: Whose objects and settings it reads.
        branch: The branch that its HEAD names.
        digits: Length of object ids in the owner.

    Raises:
        OSError: When it cannot be made.
    """
    git = place / ".git"
    for folder in ("objects/info", "objects/pack", "refs/heads", "info"):
        (git / folder).mkdir(parents=True, exist_ok=True)
    if not (git / "HEAD").exists():
        write_atomically(git / "HEAD", f"ref: refs/heads/{branch}\n".encode())
    objects = _quoted(f"{owner.common_dir}/objects")
    _keep(git / "objects/info/alternates", os.fsencode(f"{objects}\n"))
    _keep(git / "config", os.fsencode("\n".join([*_settings(place, owner, digits), ""])))
    for name in _SHARED_INFO:
        theirs = Path(owner.common_dir, "info", name)
        _keep(git / "info" / name, theirs.read_bytes() if theirs.is_file() else b"")
    for name in _SHARED_FOLDERS:
        if Path(owner.common_dir, name).is_dir() and not (git / name).exists():
            (git / name).symlink_to(Path(owner.common_dir, name))
    return Repository(owner.name, str(git), str(place), False, f"{place}/.claude")


def _settings(place: Path, owner: Repository, digits: int) -> Iterator[str]:
    """Lines of its settings: the owner's, and after them what has to be otherwise."""
    yield "[core]"
    yield f"\trepositoryformatversion = {int(digits == 64)}"
    yield "\tbare = false"
    if digits == 64:
        yield "[extensions]"
        yield "\tobjectFormat = sha256"
    yield "[include]"
    yield f"\tpath = {_value(f'{owner.common_dir}/config')}"
    yield "[core]"
    yield "\tbare = false"
    yield f"\tworktree = {_value(str(place))}"
    # Nothing of the owner's is to be started or asked by changes of this work tree.
    yield "\thooksPath = /dev/null"
    yield "\tfsmonitor = false"
    yield "\tsparseCheckout = false"
    yield "\tuntrackedCache = false"
    yield "[submodule]"
    yield "\trecurse = false"
    yield "[gc]"
    yield "\tauto = 0"
    yield "[maintenance]"
    yield "\tauto = false"
    yield "[lfs]"
    yield f"\tstorage = {_value(f'{owner.common_dir}/lfs')}"


def _keep(path: Path, data: bytes) -> None:
    """Write a file, unless it has these contents."""
    with suppress(OSError):
        if path.read_bytes() == data:
            return
    write_atomically(path, data)


def _value(text: str) -> str:
    """A value in a file of git's settings, quoted."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n").replace("\t", "\\t") + '"'


def _quoted(path: str) -> str:
    """A path in git's list of alternates, where a line is a path."""
    if path.startswith(('"', "#")) or "\n" in path:
        return _value(path)
    return path
