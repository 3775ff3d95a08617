"""List a worktree's ignored files, stashes, submodules and paths."""

from __future__ import annotations

import os
import re
import sys
import time
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

from parallel_tui.adapters.disk.scratch import folders
from parallel_tui.adapters.git.run.environment import raw, text
from parallel_tui.model.lifecycle.inventory import IgnoredFiles
from parallel_tui.model.text.patterns import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Final

    from parallel_tui.adapters.git.run.runner import Runner
    from parallel_tui.model.session.worktree import Worktree

_NOTABLE: Final = (
    ".env*",
    "*.env",
    "*.sqlite*",
    "*.db",
    "*.pem",
    "*.key",
    "*.p12",
    "*.pfx",
    "id_*",
    "*credentials*",
    "*secret*",
    ".npmrc",
    ".netrc",
    "*.local",
    "*.local.*",
    "local.*",
    "local_settings*",
    "*.tfstate*",
    "*.dump",
    "*.sql",
)
"""Names whose loss hurts most: usually written by hand, or the only copy of data."""

_STASH = pattern(r"(?:WIP on|On) (\S+): ")

COUNT_LIMIT: Final = 200_000
"""Ignored files counted at most."""

TIME_LIMIT: Final = 3.0
"""Seconds spent on counting them."""


def ignored(
    runner: Runner, worktree: Worktree, *, files: int = COUNT_LIMIT, seconds: float = TIME_LIMIT
) -> IgnoredFiles:
    """Ignored files of a worktree, counted on disk; one process.

    Folders are expanded without following a link out of them. Beyond either limit the answer says
    that it is incomplete.
    """
    if worktree.bare:
        return IgnoredFiles(0, 0, ())
    args = ["ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z"]
    names = _topmost(runner.run(args, worktree=worktree).fields())
    counter = _Counter(worktree.path, files, time.monotonic() + seconds)
    for name in names:
        counter.add(name)
    notable = sorted(counter.notable)
    rest = [name for name in names if name not in counter.notable]
    return IgnoredFiles(counter.count, counter.size, (*notable, *rest), counter.complete)


def _topmost(names: Iterable[str]) -> list[str]:
    """Entries outside all listed folders: git lists an ignored folder and its files as well."""
    kept: list[str] = []
    folders: set[str] = set()
    for name in sorted(names):
        path = PurePosixPath(name)
        if any(f"{parent}/" in folders for parent in path.parents):
            continue
        if name.endswith("/"):
            folders.add(name)
        kept.append(name)
    return kept


def is_notable(path: str) -> bool:
    """Whether an ignored file is important enough to be named first when lost."""
    name = PurePosixPath(path).name.lower()
    return any(fnmatch(name, pattern) for pattern in _NOTABLE)


class _Counter:
    """Adds up files and bytes until a limit is reached."""

    _NOTABLE_LIMIT = 50
    _GENERATED = frozenset(
        {
            ".cache",
            ".hypothesis",
            ".mypy_cache",
            ".pytest_cache",
            ".ruff_cache",
            ".tox",
            ".venv",
            "__pycache__",
            "node_modules",
            "site-packages",
            "venv",
        }
    )

    def __init__(self, root: str, files: int, deadline: float) -> None:
        self._root = root
        self._files = files
        self._deadline = deadline
        self.count = 0
        self.size = 0
        self.notable: set[str] = set()
        self.complete = True

    def add(self, name: str) -> None:
        """Add an entry of git's listing."""
        if not name.endswith("/"):
            self._file(name, generated=False)
            return
        todo = [name.rstrip("/")]
        while todo:
            folder = todo.pop()
            generated = not self._GENERATED.isdisjoint(folder.split("/"))
            try:
                with os.scandir(f"{self._root}/{folder}") as entries:
                    for entry in entries:
                        below = f"{folder}/{entry.name}"
                        if entry.is_dir(follow_symlinks=False):
                            todo.append(below)
                        elif not self._file(below, generated=generated):
                            return
            except FileNotFoundError:
                continue
            except OSError:
                self.complete = False

    def _file(self, name: str, *, generated: bool) -> bool:
        """Add one file; returns false at a limit."""
        if self.count >= self._files or (
            self.count % 64 == 0 and time.monotonic() > self._deadline
        ):
            self.complete = False
            return False
        try:
            self.size += os.lstat(f"{self._root}/{name}").st_size
        except FileNotFoundError:
            return True
        except OSError:
            self.complete = False
        self.count += 1
        if not generated and len(self.notable) < self._NOTABLE_LIMIT and is_notable(name):
            self.notable.add(name)
        return True


def untracked_matching(runner: Runner, main: Worktree, patterns: Sequence[str]) -> tuple[str, ...]:
    """Untracked files of the main worktree, ignored or not, that match gitignore patterns.

    Files only; folders are expanded, but other repositories and worktrees inside are not entered.
    One process, none without patterns.
    """
    if main.bare or not patterns:
        return ()
    with folders.folder(folders.PATTERNS) as folder:
        file = Path(folder, "patterns")
        file.write_bytes(b"".join(raw(pattern) + b"\n" for pattern in patterns))
        args = ["ls-files", "--others", "--ignored", "-z", f"--exclude-from={file}"]
        found = runner.run(args, worktree=main).fields()
    return tuple(
        sorted(
            path
            for path in set(found)
            if not path.endswith("/") and ".git" not in PurePosixPath(path).parts
        )
    )


def untracked_at(runner: Runner, worktree: Worktree, paths: Sequence[str]) -> tuple[str, ...]:
    """Files at and below literal paths that git neither tracks nor ignores, each by its path."""
    if worktree.bare or not paths:
        return ()
    args = ["ls-files", "--others", "--exclude-standard", "-z", "--", *paths]
    return tuple(runner.run(args, worktree=worktree).fields())


def tracked_directories(runner: Runner, worktree: Worktree) -> frozenset[str]:
    """Directories that hold a tracked file, and those above them; `""` is the root."""
    if worktree.bare:
        return frozenset()
    listed = runner.run(["ls-files", "-z"], worktree=worktree).stdout
    # No list of all files, which may be a hundred thousand, is made for the few folders.
    holding = {match[1] for match in re.finditer(rb"([^\0]*)/[^/\0]*\0", listed)}
    found = {""}
    for folder in map(text, holding):
        while folder not in found:
            found.add(sys.intern(folder))  # mostly every worktree has the same ones
            folder = folder.rpartition("/")[0]
    return frozenset(found)


def tracked_files(runner: Runner, worktree: Worktree) -> tuple[str, ...]:
    """Paths that git tracks; none in a bare repository, which has no index."""
    if worktree.bare:
        return ()
    return tuple(dict.fromkeys(runner.run(["ls-files", "-z"], worktree=worktree).fields()))


def tracked_below(runner: Runner, worktree: Worktree, folder: str) -> frozenset[str]:
    """Tracked paths at or below a literal path."""
    if worktree.bare:
        return frozenset()
    return frozenset(runner.run(["ls-files", "-z", "--", folder], worktree=worktree).fields())


def stashes(runner: Runner, branch: str) -> tuple[str, ...]:
    """Stash entries made on a branch, one line each, as `git stash list` numbers them."""
    # Not `git stash list`, which wants a work tree; a glob, for it may match nothing.
    args = ["log", "--walk-reflogs", "-z", "--format=%gs", "--glob=refs/stas[h]", "--"]
    subjects = runner.run(args).fields()
    lines: list[str] = []
    for number, subject in enumerate(subjects):
        made_on = _STASH.match(subject)
        if made_on and made_on[1] == branch:
            lines.append(f"stash@{{{number}}}: {subject}")
    return tuple(lines)
