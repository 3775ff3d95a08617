"""Read from the git directory which operation a worktree is in the middle of."""

# On the way to the first paint, where importing pathlib would cost more than asking git does.
# ruff: noqa: PTH110

from __future__ import annotations

import os

from parallel_tui.adapters import small_file
from parallel_tui.model.session.worktree import Operation, OperationKind
from parallel_tui.model.text.patterns import pattern

_MANY = 1 << 24
"""Bytes of a list of branches that are read."""

_OID = pattern(r"[0-9a-f]{40,64}")


def operation_in(git_dir: str) -> Operation | None:
    """The operation in progress, or `None`; the outermost where they are nested.

    A rebase stops with a cherry-pick inside; the user waits for the rebase.
    """
    try:
        with os.scandir(git_dir) as entries:
            present = {entry.name for entry in entries}
    except OSError:
        return None
    if "rebase-merge" in present:
        return _stepped(git_dir, "rebase-merge", OperationKind.REBASE, "msgnum", "end")
    if "rebase-apply" in present:
        am = os.path.exists(f"{git_dir}/rebase-apply/applying")
        kind = OperationKind.AM if am else OperationKind.REBASE
        return _stepped(git_dir, "rebase-apply", kind, "next", "last")
    for name, kind in (
        ("MERGE_HEAD", OperationKind.MERGE),
        ("CHERRY_PICK_HEAD", OperationKind.CHERRY_PICK),
        ("REVERT_HEAD", OperationKind.REVERT),
    ):
        if name in present:
            return Operation(kind)
    if "sequencer" in present:
        # Between two steps, and with reftables, only the list of steps is a file.
        todo = _line(git_dir, "sequencer/todo")
        if todo.startswith("revert"):
            return Operation(OperationKind.REVERT)
        if todo:
            return Operation(OperationKind.CHERRY_PICK)
    if "BISECT_LOG" in present:
        start = _line(git_dir, "BISECT_START").removeprefix("refs/heads/")
        return Operation(
            OperationKind.BISECT, branch=start if start and not _OID.fullmatch(start) else None
        )
    return None


def to_be_updated(git_dir: str) -> frozenset[str]:
    """Branches that a running `rebase --update-refs` will move at its end."""
    try:
        lines = small_file.read(f"{git_dir}/rebase-merge/update-refs", _MANY).split(b"\n")
    except OSError:
        return frozenset()
    return frozenset(
        os.fsdecode(line.removeprefix(b"refs/heads/"))
        for line in lines
        if line.startswith(b"refs/heads/")
    )


def _stepped(git_dir: str, folder: str, kind: OperationKind, step: str, total: str) -> Operation:
    head = _line(git_dir, f"{folder}/head-name")
    return Operation(
        kind,
        branch=head.removeprefix("refs/heads/") if head.startswith("refs/heads/") else None,
        step=_number(git_dir, f"{folder}/{step}"),
        total=_number(git_dir, f"{folder}/{total}"),
    )


def _line(git_dir: str, name: str) -> str:
    try:
        line = small_file.read(f"{git_dir}/{name}", 4096).partition(b"\n")[0]
        return os.fsdecode(line).strip()
    except OSError:
        return ""


def _number(git_dir: str, name: str) -> int | None:
    line = _line(git_dir, name)
    return int(line) if line.isascii() and line.isdigit() else None
