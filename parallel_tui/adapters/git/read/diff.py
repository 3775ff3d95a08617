"""List a worktree's changes since it left base, committed or not, with patches."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from parallel_tui.adapters.disk.scratch import folders
from parallel_tui.adapters.git.read import diff_text
from parallel_tui.adapters.git.read.changed_paths import EMPTY_TREE
from parallel_tui.adapters.git.read.status import read_status
from parallel_tui.adapters.git.run.environment import text
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.errors import GitError
from parallel_tui.model.session.diff import FileDiff, SessionDiff
from parallel_tui.model.session.git_status import StatusKind
from parallel_tui.model.session.repository import Base
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.record import dataclass, replace

_OPTIONS: Final = (
    # No program of anybody's runs, and no setting changes the form of the answer.
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--find-renames",
    "-l1000",
    "--submodule=short",
    "--ignore-submodules=none",
    "--src-prefix=a/",
    "--dst-prefix=b/",
    "--unified=3",
    "--inter-hunk-context=0",
    "--no-relative",
)
_CHUNK: Final = 1 << 16
_BINARY_PROBE: Final = 8000
_LARGEST_LIST: Final = 64 << 20
_LARGEST_FILE: Final = 4 << 20

MOST_FILES: Final = 2000
"""Files named at most; the rest is counted."""


def read_diff(runner: Runner, worktree: Worktree, base: Base, *, max_bytes: int) -> SessionDiff:
    """Compare a worktree with the commit where it left base; four processes.

    Args:
        runner: Where to ask.
        worktree: Whose.
        base: Against what.
        max_bytes: Patch text beyond this is left out, whole lines, and marked as such.

    Raises:
        GitError: When git gave no usable answer.
    """
    start = _merge_base(runner, worktree, base)
    if worktree.bare:
        return SessionDiff(base.name, start)
    committed = _committed(runner, worktree, start)
    entries = read_status(runner, worktree, None)
    uncommitted = {entry.path for entry in entries}
    uncommitted |= {entry.origin for entry in entries if entry.origin is not None}
    listed, patches = _changes(runner, worktree, start, max_bytes)
    budget = _Budget(max_bytes)
    files: dict[str, FileDiff] = {}
    for number, item in enumerate(listed[:MOST_FILES]):
        patch, truncated = b"", True
        if number < len(patches):
            patch, truncated = budget.take(diff_text.body(patches[number].data))
            truncated = truncated or patches[number].cut
        files[item.path] = FileDiff(
            path=item.path,
            status=item.status,
            added=item.added,
            removed=item.removed,
            committed=item.path in committed or item.origin in committed,
            uncommitted=item.path in uncommitted or item.origin in uncommitted,
            origin=item.origin,
            patch=text(patch),
            truncated=truncated,
        )
    omitted = max(0, len(listed) - MOST_FILES)
    for entry in entries:
        if entry.kind is StatusKind.UNMERGED and entry.path in files:
            files[entry.path] = replace(files[entry.path], status="U")
    # Committed or staged, but the file is now as it was at the start: no patch, and yet work.
    origins = {item.origin for item in listed}
    touched = committed | {e.path for e in entries if e.kind is not StatusKind.UNTRACKED}
    for path in sorted(touched - files.keys() - origins):
        if len(files) >= MOST_FILES:
            omitted += 1
            continue
        files[path] = FileDiff(path, "M", 0, 0, path in committed, path in uncommitted)
    untracked = [entry.path for entry in entries if entry.kind is StatusKind.UNTRACKED]
    if untracked:
        for path in _expand(runner, worktree, untracked):
            if len(files) >= MOST_FILES:
                omitted += 1
                continue
            known = files.get(path)
            fresh = _untracked(worktree, path, budget)
            if known is None:
                files[path] = fresh
            else:  # removed from the index, but the file is still there
                files[path] = replace(known, uncommitted=True)
    ordered = tuple(files[path] for path in sorted(files))
    return SessionDiff(base.name, start, ordered, omitted)


class _Budget:
    """Remaining room for patch text."""

    def __init__(self, room: int) -> None:
        self.room = room

    def take(self, patch: bytes) -> tuple[bytes, bool]:
        """As much of a patch as fits, and whether it was cut."""
        kept = diff_text.cut(patch, self.room)
        self.room -= len(kept)
        if len(kept) < len(patch):
            self.room = 0
            return kept, True
        return kept, False


@dataclass(frozen=True, slots=True)
class _Patch:
    data: bytes
    cut: bool = False


def _merge_base(runner: Runner, worktree: Worktree, base: Base) -> str:
    """The commit where the worktree left base; the empty tree without common history."""
    empty = EMPTY_TREE[len(base.oid)]
    if worktree.head is None:
        return empty
    done = runner.run(["merge-base", base.oid, worktree.head], ok=(0, 1))
    return done.text.strip() or empty


def _committed(runner: Runner, worktree: Worktree, start: str) -> set[str]:
    if worktree.head is None or worktree.head == start:
        return set()
    args = ["diff-tree", "-r", "-z", "--name-status", "--no-renames", start, worktree.head]
    return set(runner.run(args).fields()[1::2])


def _changes(
    runner: Runner, worktree: Worktree, start: str, max_bytes: int
) -> tuple[list[diff_text.ListedFile], list[_Patch]]:
    # Both the files' headers and our own cut must fit; what is read beyond is thrown away.
    args = ["diff", "--raw", "--numstat", "--patch", "-z", *_OPTIONS, start, "--"]
    with (
        _private_index(worktree) as index,
        runner.stream(args, worktree=worktree, env={"GIT_INDEX_FILE": index}) as stream,
    ):
        output = bytearray()
        patches_at = -1
        ended = False
        while True:
            chunk = stream.read(_CHUNK)
            if not chunk:
                stream.finished()
                ended = True
                break
            searched = max(0, len(output) - 16)
            output += chunk
            if patches_at < 0:
                found = diff_text.list_end(bytes(output[searched:]))
                patches_at = searched + found if found >= 0 else -1
                if patches_at < 0 and len(output) > _LARGEST_LIST:
                    raise GitError(f"Too many files differ from base in {worktree.path}")
            if patches_at >= 0 and len(output) - patches_at > 2 * max_bytes + _CHUNK:
                break
    if not output:
        return [], []
    listed, rest = diff_text.parse_list(bytes(output))
    patches = [_Patch(data) for data in diff_text.split_patches(rest)]
    if not ended and patches:
        # The last one may have lost its end, perhaps in the middle of a line.
        patches[-1] = _Patch(diff_text.cut(patches[-1].data, len(patches[-1].data) - 1), cut=True)
    return listed, patches


@contextmanager
def _private_index(worktree: Worktree) -> Iterator[str]:
    """A copy of the worktree's index.

    `git diff` writes refreshed file times back whatever `GIT_OPTIONAL_LOCKS` says. With the
    original's time stamp, so that git still distrusts entries as young as the index itself.
    """
    with folders.folder(folders.DIFF) as folder:
        copy = f"{folder}/index"
        try:
            shutil.copy2(f"{worktree.git_dir}/index", copy)
        except FileNotFoundError:
            pass  # nothing was ever added; git takes a missing index for an empty one
        except OSError as error:
            raise GitError(
                f"The index of {worktree.path} cannot be read: {error.strerror}"
            ) from error
        yield copy


def _expand(runner: Runner, worktree: Worktree, untracked: list[str]) -> list[str]:
    """Untracked files; a folder that is a repository of its own stays one entry."""
    if not any(path.endswith("/") for path in untracked):
        return untracked
    args = ["ls-files", "--others", "--exclude-standard", "-z"]
    return runner.run(args, worktree=worktree).fields()


def _untracked(worktree: Worktree, path: str, budget: _Budget) -> FileDiff:
    """An untracked file as an addition."""
    content = _content(Path(worktree.path, path), path)
    plain = FileDiff(path, "?", None, None, committed=False, uncommitted=True)
    if content is None or b"\0" in content[:_BINARY_PROBE]:
        return plain
    if not content:
        return replace(plain, added=0, removed=0)
    whole = content.endswith(b"\n")
    lines = content.split(b"\n")[: -1 if whole else None]
    patch = b"@@ -0,0 +1,%d @@\n" % len(lines) + b"".join(b"+" + line + b"\n" for line in lines)
    if not whole:
        patch += b"\\ No newline at end of file\n"
    kept, truncated = budget.take(patch)
    return replace(plain, added=len(lines), removed=0, patch=text(kept), truncated=truncated)


def _content(file: Path, path: str) -> bytes | None:
    """A file's bytes, or a link's target; `None` for binary and very large files."""
    if path.endswith("/"):
        return None
    try:
        found = file.lstat()
        if stat.S_ISLNK(found.st_mode):
            return os.fsencode(os.readlink(file))  # noqa: PTH115 - undecodable bytes survive
        if not stat.S_ISREG(found.st_mode) or found.st_size > _LARGEST_FILE:
            return None
        return file.read_bytes()
    except OSError:
        return None
