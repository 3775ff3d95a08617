"""Choose the uncommitted paths to hash, and placeholders for the others.

An LFS file is represented by its pointer, which is what a merge sees of it; any other counts with
all its contents, whatever its size. Nested repositories belong to nobody's work.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from parallel_tui.adapters.git.run.environment import raw
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.errors import ParallelError
from parallel_tui.model.session.git_status import StatusEntry, StatusKind
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

MOST_FILES: Final = 20_000
"""Uncommitted files of one session; more than that is generated, and ought to be ignored."""

_POINTER: Final = b"version https://git-lfs.github.com/spec/v1\n"
_LARGEST_POINTER: Final = 1024


@dataclass(frozen=True, slots=True)
class Contents:
    """Where a snapshot takes each path from.

    Attributes:
        paths: Taken from the disk: hashed, or removed where they are gone.
        gone: Removed from the index already, whatever stands on the disk: that is ignored.
        hidden: Removed although the index may have them: a folder took the place of the file, or
            a symbolic link that of a folder. git refuses to be asked about those by name.
        standing: Paths with the mode and the data that stands in for them.
        notes: What is not judged by its contents.
    """

    paths: tuple[str, ...]
    gone: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    standing: tuple[tuple[str, str, bytes], ...] = ()
    notes: tuple[str, ...] = ()


def sort(
    runner: Runner,
    worktree: Worktree,
    entries: Sequence[StatusEntry],
    env: Mapping[str, str],
    refuse: type[ParallelError],
    *,
    filtered: Callable[[Iterable[str]], bool] = lambda paths: True,
) -> Contents:
    """Decide for each uncommitted path where its content comes from.

    Args:
        runner: The gateway to git.
        worktree: Whose.
        entries: Its status.
        env: Variables that name the copied index.
        refuse: Raised when there is too much.
        filtered: Whether a filter may be set for any of some paths.
    """
    paths: dict[str, None] = {}
    gone: dict[str, None] = {}
    hidden: list[str] = []
    folders: list[str] = []
    for entry in entries:
        if entry.path.endswith("/"):
            folders.append(entry.path)
            continue
        places = [] if in_index_only(worktree, entry) else [(entry.path, entry.index == "D")]
        if entry.origin is not None and entry.kind is StatusKind.RENAMED:
            places.append((entry.origin, entry.index == "R"))
        for path, dropped in places:
            # A folder where a file was: status says that the file is gone, not what is in there.
            if not entry.submodule and _is_folder(f"{worktree.path}/{path}"):
                folders.append(path)
                hidden.append(path)
            else:
                (gone if dropped else paths)[path] = None
    notes: list[str] = []
    for path in _inside(runner, worktree, folders, env):
        if path.endswith("/"):
            notes.append(f"{path} is a repository of its own and left out")
        else:
            paths[path] = None
    if len(paths) > MOST_FILES:
        raise refuse(f"it has more than {MOST_FILES} uncommitted files")
    for path in _behind(worktree.path, paths):
        hidden.append(path)
        del paths[path]
    pointers = _lfs(runner, worktree, list(paths), env) if filtered(paths) else frozenset()
    standing: list[tuple[str, str, bytes]] = []
    for path in list(paths):
        target = Path(worktree.path, path)
        found = _file(target)
        if found is None:
            continue
        data = _pointer(target, found.st_size) if path in pointers else None
        if data is not None:
            mode = "100755" if found.st_mode & stat.S_IXUSR else "100644"
            standing.append((path, mode, data))
            del paths[path]
    removed = tuple(path for path in gone if path not in paths)
    return Contents(tuple(paths), removed, tuple(hidden), tuple(standing), tuple(notes))


def in_index_only(worktree: Worktree, entry: StatusEntry) -> bool:
    """Whether a staged path is missing on disk because a sparse checkout leaves it out."""
    return (
        entry.worktree == "."
        and entry.index not in ".D"
        and not os.path.lexists(f"{worktree.path}/{entry.path}")
    )


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
    """Paths whose content LFS stores elsewhere; git is asked only where LFS is set up."""
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


def _behind(root: str, paths: Iterable[str]) -> list[str]:
    """Paths that lie behind a symbolic link or a file."""
    real = {"": True}

    def is_real(folder: str) -> bool:
        if folder not in real:
            real[folder] = is_real(folder.rpartition("/")[0]) and (
                _is_folder(f"{root}/{folder}") or not os.path.lexists(f"{root}/{folder}")
            )
        return real[folder]

    return [path for path in paths if not is_real(path.rpartition("/")[0])]


def _is_folder(path: str) -> bool:
    try:
        return stat.S_ISDIR(os.lstat(path).st_mode)
    except OSError:
        return False


def _file(path: Path) -> os.stat_result | None:
    try:
        found = path.lstat()
    except OSError:  # gone meanwhile: it is removed then
        return None
    return found if stat.S_ISREG(found.st_mode) else None


def _pointer(path: Path, size: int) -> bytes | None:
    """The pointer that `git lfs clean` prints, without its copying the file into the repository."""
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
