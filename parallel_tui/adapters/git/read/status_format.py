"""How `git status` is asked, and what `--porcelain=v2 -z` prints."""

from __future__ import annotations

from parallel_tui.adapters.git.run.environment import text
from parallel_tui.errors import GitError
from parallel_tui.model.session.git_status import StatusEntry, StatusKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

COMMAND: Final = (
    "status",
    "--porcelain=v2",
    "-z",
    # Each of these is a setting that can hide work.
    "--untracked-files=normal",
    "--ignore-submodules=none",
    "--find-renames",
    "--no-ahead-behind",
)
"""The subcommand and its options, for a whole status."""


def parse(output: bytes) -> tuple[StatusEntry, ...]:
    """Read porcelain v2 in its NUL-separated form.

    Headers and kinds of records that a later git may add are passed over.

    Raises:
        GitError: When a known record does not have its fields.
    """
    records = text(output).split("\0")
    if records.pop():  # every record ends with NUL, so the last piece is empty
        raise GitError("git status printed an incomplete record")
    entries: list[StatusEntry] = []
    remaining = iter(records)
    for record in remaining:
        kind = record[:2]
        if kind == "1 ":
            fields = _fields(record, 8)
            entries.append(_entry(StatusKind.CHANGED, fields[1], fields[2], fields[8]))
        elif kind == "2 ":
            fields = _fields(record, 9)
            origin = next(remaining, None)
            if origin is None:
                raise GitError("git status printed a rename without its origin")
            entries.append(_entry(StatusKind.RENAMED, fields[1], fields[2], fields[9], origin))
        elif kind == "u ":
            fields = _fields(record, 10)
            entries.append(_entry(StatusKind.UNMERGED, fields[1], fields[2], fields[10]))
        elif kind == "? ":
            entries.append(StatusEntry(record[2:], StatusKind.UNTRACKED))
    return tuple(entries)


def _fields(record: str, spaces: int) -> list[str]:
    fields = record.split(" ", spaces)
    if len(fields) != spaces + 1 or len(fields[1]) != 2 or not fields[-1]:
        raise GitError(f"git status printed a record that cannot be read: {record[:80]!r}")
    return fields


def _entry(
    kind: StatusKind, letters: str, submodule: str, path: str, origin: str | None = None
) -> StatusEntry:
    return StatusEntry(
        path=path,
        kind=kind,
        index=letters[0],
        worktree=letters[1],
        origin=origin,
        submodule=submodule.startswith("S"),
    )
