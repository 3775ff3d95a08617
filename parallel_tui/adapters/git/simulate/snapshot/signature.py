"""Detect possible changes of uncommitted work without starting a process."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from parallel_tui.adapters.git.simulate.snapshot.contents import MOST_FILES
from parallel_tui.model.session.git_status import StatusEntry
from parallel_tui.model.session.worktree import OperationKind, Worktree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final


def signature(
    worktree: Worktree, entries: Sequence[StatusEntry], hidden: Sequence[str] = ()
) -> object:
    """A value that changes with the work: HEAD, the index, and every uncommitted file.

    Args:
        worktree: Whose work.
        entries: Its status.
        hidden: Files of it that no status lists, edited or not.

    Clean work is its HEAD alone; an index written anew for nothing does not change that. So is a
    command that stopped half way: what it merges, and what is still to come.
    """
    operation = worktree.operation
    if operation is not None and operation.kind is OperationKind.BISECT:
        return object()  # of the branch it will return to nothing is seen here: look each time
    half = (
        operation,
        *(stamp(f"{worktree.git_dir}/{name}") for name in _HALF_DONE),
        *((path, stamp(f"{worktree.path}/{path}")) for path in hidden),
    )
    if not entries:
        return (worktree.head, half)
    index = stamp(f"{worktree.git_dir}/index")
    paths = (path for entry in entries for path in _paths(worktree.path, entry))
    stamps = tuple((path, stamp(path)) for path in islice(paths, MOST_FILES))
    return (worktree.head, half, tuple(entries), index, stamps)


_HALF_DONE: Final = ("MERGE_HEAD", "MERGE_MODE", "rebase-merge/git-rebase-todo", "sequencer/todo")


def _paths(root: str, entry: StatusEntry) -> Iterator[str]:
    yield f"{root}/{entry.path}"
    if entry.submodule:
        yield from _submodule(f"{root}/{entry.path}/.git")
        return
    place = f"{root}/{entry.path}".rstrip("/")  # with the slash a link would be followed
    try:
        if not stat.S_ISDIR(os.lstat(place).st_mode):
            return
    except (OSError, ValueError):
        return
    # An untracked folder, or one that stands where a file was.
    for folder, folders, names in os.walk(place):
        folders[:] = sorted(name for name in folders if name != ".git")
        yield folder
        yield from (f"{folder}/{name}" for name in sorted(names))


def _submodule(link: str) -> Iterator[str]:
    """The file that git rewrites when a submodule's HEAD moves."""
    home = link
    try:
        text = Path(link).read_text(encoding="utf-8", errors="surrogateescape")
        home = os.path.normpath(Path(link).parent / text.removeprefix("gitdir: ").strip())
    except (OSError, ValueError):  # a folder of its own, or gone
        pass
    yield from (f"{home}/HEAD", f"{home}/logs/HEAD")


def stamp(path: str) -> tuple[int, ...] | None:
    """A value that changes with a file; `None` without one."""
    try:
        return stamp_of(os.lstat(path))
    except (OSError, ValueError):
        return None


def stamp_of(found: os.stat_result) -> tuple[int, ...]:
    """`stamp` of a file whose status was read already."""
    return (found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino, found.st_mode)
