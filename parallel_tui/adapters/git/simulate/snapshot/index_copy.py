"""Copy a worktree's index, so that git writes to the copy."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from parallel_tui.adapters.git.simulate.quarantine import Quarantine
from parallel_tui.errors import CouldNotLookError
from parallel_tui.model.session.worktree import Worktree

_PIECE = 1 << 20


class CannotSnapshotError(CouldNotLookError):
    """This work cannot be written as a tree; the message says why."""

    title = "No snapshot"


@contextmanager
def copied_index(
    quarantine: Quarantine, source: Path, worktree: Worktree
) -> Iterator[dict[str, str]]:
    """Variables that make git use a copy of an index, deleted at the end of the block.

    Args:
        quarantine: Where the copy is.
        source: The index; an empty one where there is none.
        worktree: Whose work is looked at.

    Raises:
        CannotSnapshotError: When it cannot be copied.
    """
    name = hashlib.blake2b(os.fsencode(worktree.git_dir), digest_size=8).hexdigest()
    index = quarantine.path / f"index-{name}"
    try:
        try:
            _copy(source, index)
        except FileNotFoundError:
            index.unlink(missing_ok=True)
        except OSError as error:
            raise CannotSnapshotError(
                f"its index {source} cannot be copied: {error.strerror}"
            ) from error
        yield {**quarantine.env, "GIT_INDEX_FILE": str(index)}
    finally:
        index.unlink(missing_ok=True)
        index.with_name(index.name + ".lock").unlink(missing_ok=True)


def _copy(source: Path, index: Path) -> None:
    """Copy an index, keeping its modification time.

    git compares contents only of files that are as young as the index. A copy that looks younger
    would hide an edit made in the second in which the file was checked out.
    """
    with source.open("rb") as old, index.open("wb") as new:
        while piece := old.read(_PIECE):
            new.write(piece)
        new.flush()
        seen = os.fstat(old.fileno())
        os.utime(new.fileno(), ns=(seen.st_atime_ns, seen.st_mtime_ns))
