"""`git status --porcelain=v2 -z`: how it is asked, and how its answer reads."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from parallel_tui.adapters.git.environment import raw, text
from parallel_tui.adapters.git.runner import Runner
from parallel_tui.errors import GitError
from parallel_tui.model.status import ChangeKind, StatusEntry
from parallel_tui.model.worktree import Worktree

_COMMAND: Final = (
    "status",
    "--porcelain=v2",
    "-z",
    # Each of these is a setting that can hide work.
    "--untracked-files=normal",
    "--ignore-submodules=none",
    "--find-renames",
    "--no-ahead-behind",
)

_MOST_PATHS = 500
_MOST_BYTES = 100_000


def read_status(
    runner: Runner, worktree: Worktree, paths: Collection[str] | None
) -> tuple[StatusEntry, ...]:
    """What is uncommitted in a worktree, or at and below some literal paths of it.

    One process. Paths that git will not be limited to (too many, or inside a submodule) are
    answered by the whole status: more than was asked, never less.

    Raises:
        GitError: When git gave no usable answer.
    """
    if worktree.bare:
        return ()
    if paths is not None and not paths:
        return ()
    if paths is not None and _fits(paths):
        args = [*_COMMAND, "--", *paths]
        try:
            return parse(runner.run(args, worktree=worktree).stdout)
        except GitError as error:
            if error.status != 128:
                raise
    return parse(runner.run(_COMMAND, worktree=worktree).stdout)


def _fits(paths: Collection[str]) -> bool:
    return (
        len(paths) <= _MOST_PATHS
        and "" not in paths
        and not any("\0" in path for path in paths)
        and sum(len(raw(path)) + 1 for path in paths) <= _MOST_BYTES
    )


def parse(output: bytes) -> tuple[StatusEntry, ...]:
    """Read porcelain v2 in its NUL-separated form.

    Headers and kinds of records that a later git may add are passed over.

    Raises:
        GitError: When a known record does not have its fields.
    """
    records = text(output).split("\0")
    if records.pop():
        raise GitError("git status printed an incomplete record")
    entries: list[StatusEntry] = []
    remaining = iter(records)
    for record in remaining:
        kind = record[:2]
        if kind == "1 ":
            fields = _fields(record, 8)
            entries.append(_entry(ChangeKind.CHANGED, fields[1], fields[2], fields[8]))
        elif kind == "2 ":
            fields = _fields(record, 9)
            origin = next(remaining, None)
            if origin is None:
                raise GitError("git status printed a rename without its origin")
            entries.append(_entry(ChangeKind.RENAMED, fields[1], fields[2], fields[9], origin))
        elif kind == "u ":
            fields = _fields(record, 10)
            entries.append(_entry(ChangeKind.UNMERGED, fields[1], fields[2], fields[10]))
        elif kind == "? ":
            entries.append(StatusEntry(record[2:], ChangeKind.UNTRACKED))
    return tuple(entries)


def _fields(record: str, spaces: int) -> list[str]:
    fields = record.split(" ", spaces)
    if len(fields) != spaces + 1 or len(fields[1]) != 2 or not fields[-1]:
        raise GitError(f"git status printed a record that cannot be read: {record[:80]!r}")
    return fields


def _entry(
    kind: ChangeKind, letters: str, submodule: str, path: str, origin: str | None = None
) -> StatusEntry:
    return StatusEntry(
        path=path,
        kind=kind,
        index=letters[0],
        worktree=letters[1],
        origin=origin,
        submodule=submodule.startswith("S"),
    )
