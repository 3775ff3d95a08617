"""Find edited files that are marked skip-worktree or assume-unchanged.

`skip-worktree` and `assume-unchanged` mark them. Nearly no index has a mark, which a look through
its bytes tells without a process, once for each index that is written.
"""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path

from parallel_tui.adapters.git.repo.index_entries import LISTING, IndexEntry, special
from parallel_tui.adapters.git.run.environment import raw
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.quarantine import OPTIONS, Quarantine
from parallel_tui.adapters.git.simulate.snapshot.index_copy import copied_index
from parallel_tui.adapters.git.simulate.snapshot.signature import stamp
from parallel_tui.model.session.git_status import StatusEntry, StatusKind
from parallel_tui.model.session.worktree import Worktree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

MOST: Final = 200
"""Marked files whose contents are compared without asking git which of them may be edited."""


class Hidden:
    """Reads and caches the marks in indexes. Threads may share it, each for its own worktrees."""

    def __init__(self, runner: Runner, quarantine: Quarantine) -> None:
        self._runner = runner
        self._quarantine = quarantine
        self._lock = threading.Lock()
        self._known: dict[str, tuple[object, tuple[IndexEntry, ...]]] = {}

    def retain(self, keys: Iterable[str]) -> None:
        """Drop the cache of all worktrees but these."""
        wanted = set(keys)
        with self._lock:
            self._known = {key: each for key, each in self._known.items() if key in wanted}

    def marked(self, worktree: Worktree) -> tuple[IndexEntry, ...]:
        """The marked files; one process when the index is new and may have marks.

        Raises:
            GitError: When git gave no answer.
        """
        index = f"{worktree.git_dir}/index"
        seen = stamp(index)
        with self._lock:
            known = self._known.get(worktree.git_dir)
        if known is not None and known[0] == seen:
            return known[1]
        found: tuple[IndexEntry, ...] = ()
        if has_marks(index, len(worktree.head or "") or 40):
            found = self._listed(worktree)
        with self._lock:
            self._known[worktree.git_dir] = (seen, found)
        return found

    def entries(self, worktree: Worktree, status: Sequence[StatusEntry]) -> tuple[StatusEntry, ...]:
        """A status with the existing marked files added, which may be edited.

        One that is not there is not taken for deleted: that is what the marks are used for.

        Raises:
            GitError: When git gave no answer.
        """
        marked = self.marked(worktree)
        if not marked:
            return tuple(status)
        listed = {each.path for each in status}
        paths = [
            each.path
            for each in marked
            if each.path not in listed and _is_file(f"{worktree.path}/{each.path}")
        ]
        if len(paths) > MOST:
            paths = self._edited(worktree, paths)
        return (*status, *(StatusEntry(each, StatusKind.CHANGED, worktree="M") for each in paths))

    def unmarked(self, worktree: Worktree, paths: Iterable[str]) -> bytes:
        """Input for `git update-index --index-info` that clears the marks of some paths."""
        wanted = set(paths)
        return b"".join(
            f"{each.mode} {each.oid}\t".encode() + raw(each.path) + b"\0"
            for each in self.marked(worktree)
            if each.path in wanted
        )

    def _edited(self, worktree: Worktree, paths: Sequence[str]) -> list[str]:
        """Paths that may be edited, among many: `core.ignoreStat` marks every file."""
        with copied_index(self._quarantine, Path(worktree.git_dir, "index"), worktree) as env:
            args = [*OPTIONS, "update-index", "--really-refresh"]
            told = self._runner.run(args, worktree=worktree, env=env, ok=(0, 1)).text
        edited = {line.removesuffix(": needs update") for line in told.split("\n")}
        return [path for path in paths if path in edited or "\n" in path]

    def _listed(self, worktree: Worktree) -> tuple[IndexEntry, ...]:
        env = {**self._quarantine.env, "GIT_INDEX_FILE": f"{worktree.git_dir}/index"}
        records = self._runner.run(LISTING, worktree=worktree, env=env).fields()
        return tuple(
            entry for entry in special(records) if entry.stage == "0" and not entry.is_submodule
        )


def has_marks(index: str, digits: int) -> bool:
    """Whether an index may contain marks: false is certain, true is not.

    Only the flags of its entries are looked at, of formats that are known.

    Args:
        index: Its path.
        digits: Length of object ids in the repository.
    """
    try:
        with open(index, "rb") as file:  # noqa: PTH123 - on each change of an index
            data = file.read()
    except FileNotFoundError:
        return False
    except OSError:
        return True
    try:
        return _marks_in(data, digits // 2)
    except (IndexError, ValueError):
        return True


def _marks_in(data: bytes, length: int) -> bool:
    """Whether an index may contain marks, given the length of its object ids."""
    version, count = data[7], int.from_bytes(data[8:12], "big")
    if data[:4] != b"DIRC" or version not in (2, 3, 4):
        return True
    at = 12
    flags_at = 40 + length
    for _ in range(count):
        high = data[at + flags_at]
        size = flags_at + 2
        if high & 0x80:  # assume-unchanged
            return True
        if high & 0x40:
            if data[at + size] & 0x40:  # skip-worktree
                return True
            size += 2
        named = (high & 0x0F) << 8 | data[at + flags_at + 1]
        if version == 4:
            while data[at + size] & 0x80:  # how much of the name before is kept
                size += 1
            at = data.index(b"\0", at + size + 1) + 1
            continue
        if named == 0x0FFF:
            named = data.index(b"\0", at + size) - at - size
        at += (size + named + 8) & ~7
    return _odd_parts(data, at, length)


def _odd_parts(data: bytes, at: int, length: int) -> bool:
    """Whether what follows the entries is not what follows entries: all of them, as they stand."""
    while at < len(data) - length:
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "big")
        # Those in capitals may be passed over; others, as of a split index, tell of more entries.
        if not name.isalpha() or not name[:1].isupper():
            return True
        at += 8 + size
    return at != len(data) - length


def _is_file(path: str) -> bool:
    try:
        mode = os.lstat(path).st_mode
    except (OSError, ValueError):
        return False
    return stat.S_ISREG(mode) or stat.S_ISLNK(mode)
