"""Which uncommitted paths a snapshot hashes, and what stands in for those it does not.

A huge file is represented by its size and samples of it, an LFS file by its pointer: both are what
a merge needs, since it cannot look into either. Nested repositories belong to nobody's work.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from parallel_tui.adapters.git.environment import raw
from parallel_tui.adapters.git.runner import Runner
from parallel_tui.errors import ParallelError
from parallel_tui.model.status import ChangeKind, StatusEntry
from parallel_tui.model.worktree import Worktree

MOST_FILES: Final = 20_000
"""Uncommitted files of one session; more than that is generated, and ought to be ignored."""

LARGEST: Final = 32 * 1024 * 1024
"""Bytes of a file whose contents are hashed; a larger one is represented by samples."""

_SAMPLE: Final = 1 << 16
_POINTER: Final = b"version https://git-lfs.github.com/spec/v1\n"
_LARGEST_POINTER: Final = 1024


@dataclass(frozen=True, slots=True)
class Contents:
    """What a snapshot takes from where.

    Attributes:
        paths: To be hashed by git, or removed where they are gone.
        standing: Paths with the mode and the data that stands in for them.
        notes: What is not judged by its contents.
        gone: Files where a folder is now, or in a folder where a link is now. git refuses to be
            asked about those by name.
    """

    paths: tuple[str, ...]
    standing: tuple[tuple[str, str, bytes], ...] = ()
    notes: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


def sort(
    runner: Runner,
    worktree: Worktree,
    entries: Sequence[StatusEntry],
    env: Mapping[str, str],
    refuse: type[ParallelError],
) -> Contents:
    """Decide about each uncommitted path.

    Args:
        runner: The gateway to git.
        worktree: Whose.
        entries: Its status.
        env: Variables that name the copied index.
        refuse: Raised when there is too much.
    """
    paths: dict[str, None] = {}
    folders: list[str] = []
    gone: list[str] = []
    links: dict[str, bool] = {}
    for entry in entries:
        if entry.path.endswith("/"):
            folders.append(entry.path)
            continue
        renamed = entry.origin is not None and entry.kind is ChangeKind.RENAMED
        for path in (entry.path, *((entry.origin,) if renamed and entry.origin else ())):
            # A folder where a file was: status says that the file is gone, not what is in there.
            place = Path(worktree.path, path)
            if not entry.submodule and place.is_dir() and not place.is_symlink():
                folders.append(path)
                gone.append(path)
            elif _behind_link(worktree.path, path.rpartition("/")[0], links):
                gone.append(path)
            else:
                paths[path] = None
    notes: list[str] = []
    for path in _inside(runner, worktree, folders, env):
        if path.endswith("/"):
            notes.append(f"{path} is a repository of its own and left out")
        else:
            paths[path] = None
    if len(paths) > MOST_FILES:
        raise refuse(f"it has more than {MOST_FILES} uncommitted files")
    pointers = _lfs(runner, worktree, list(paths), env)
    standing: list[tuple[str, str, bytes]] = []
    for path in list(paths):
        target = Path(worktree.path, path)
        found = _file(target)
        if found is None:
            continue
        data: bytes | None = None
        if path in pointers:
            data = _pointer(target, found.st_size)
        elif found.st_size > LARGEST:
            data = _samples(target, found.st_size)
            notes.append(f"{path} is large: judged by its size and samples")
        if data is not None:
            mode = "100755" if found.st_mode & stat.S_IXUSR else "100644"
            standing.append((path, mode, data))
            del paths[path]
    return Contents(tuple(paths), tuple(standing), tuple(notes), tuple(gone))


def _behind_link(root: str, folder: str, known: dict[str, bool]) -> bool:
    """Whether a folder of the worktree, or one above it, is a symbolic link now."""
    if not folder:
        return False
    if folder not in known:
        known[folder] = Path(root, folder).is_symlink() or _behind_link(
            root, folder.rpartition("/")[0], known
        )
    return known[folder]


def _inside(
    runner: Runner, worktree: Worktree, folders: Sequence[str], env: Mapping[str, str]
) -> list[str]:
    """Untracked files in untracked folders, ignore rules kept; nested repositories end in `/`."""
    if not folders:
        return []
    args = ["ls-files", "--others", "--exclude-standard", "-z", "--", *folders]
    listed = runner.run(args, worktree=worktree, env=env).fields()
    return [path for path in listed if path]


def _lfs(
    runner: Runner, worktree: Worktree, paths: Sequence[str], env: Mapping[str, str]
) -> frozenset[str]:
    """Those of some paths that LFS keeps elsewhere; asked only where it is set up."""
    if (
        not paths
        or runner.run(
            ["config", "--get-regexp", r"^filter\.lfs\.(clean|process)$"], ok=(0, 1)
        ).status
    ):
        return frozenset()
    stdin = b"".join(raw(path) + b"\0" for path in paths)
    args = ["check-attr", "-z", "--stdin", "filter"]
    fields = runner.run(args, worktree=worktree, stdin=stdin, env=env).fields()
    return frozenset(
        path for path, value in zip(fields[::3], fields[2::3], strict=True) if value == "lfs"
    )


def _file(path: Path) -> os.stat_result | None:
    try:
        found = path.lstat()
    except OSError:  # gone meanwhile: it is removed then
        return None
    return found if stat.S_ISREG(found.st_mode) else None


def _pointer(path: Path, size: int) -> bytes | None:
    """What `git lfs clean` would print, without its copying the file into the repository."""
    try:
        with path.open("rb") as file:
            if size < _LARGEST_POINTER:
                data = file.read(_LARGEST_POINTER)
                if not data or data.startswith(_POINTER):
                    return data
                file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            length = file.tell()
    except OSError:
        return None
    return _POINTER + f"oid sha256:{digest}\nsize {length}\n".encode()


def _samples(path: Path, size: int) -> bytes | None:
    try:
        with path.open("rb") as file:
            digest = hashlib.sha256(file.read(_SAMPLE))
            for place in (size // 2, max(0, size - _SAMPLE)):
                file.seek(place)
                digest.update(file.read(_SAMPLE))
    except OSError:
        return None
    # The NUL makes it a binary file, which it is taken for.
    return b"\0pdev stand-in\0" + f"{size} {digest.hexdigest()}\n".encode()
