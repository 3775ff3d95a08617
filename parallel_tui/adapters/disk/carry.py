"""Copy local files from the main worktree into a new one, and recognise them later.

What was carried over is written down in the new worktree's git directory, so that removing the
session can tell a copy nobody touched from work that would be lost.
"""

from __future__ import annotations

import codecs
import os
import stat
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Final

from parallel_tui.adapters.disk import drafts, files, reading
from parallel_tui.adapters.disk.reading import UnusableFileError
from parallel_tui.model.lifecycle.carried import Carried
from parallel_tui.model.lifecycle.runtime_files import FOLDER, is_runtime, is_sessions_own
from parallel_tui.model.policy.boundaries import SOURCE
from parallel_tui.model.text import strict_json
from parallel_tui.model.text.words import plural, size
from parallel_tui.record import dataclass

RECORD: Final = "pdev-carried.json"
_RECORD_LIMIT: Final = 64 << 20
"""Bytes of a record that is read; it has a line for each file that was carried over."""
_REPORT_EVERY: Final = 64 << 20
"""Bytes between two reports of a long copy."""


def local_settings(main: Path, tracked: Collection[str]) -> list[str]:
    """Files below `.claude/` that git does not check out and that are no runtime state.

    The repository's configuration is read from the main worktree alone. A copy of it in each
    session would count for nothing, and meet the one that is committed later.
    """
    return [
        path
        for path in files.files_below(main, FOLDER + "/")
        if path not in (FOLDER, SOURCE) and path not in tracked and not is_runtime(path)
    ]


def include_patterns(main: Path) -> list[str]:
    """Patterns in the main worktree's `.worktreeinclude`; none when there is no such file.

    Raises:
        UnusableFileError: When the file is there and cannot be read.
    """
    try:
        raw = reading.read(main / ".worktreeinclude", follow=True)
    except UnusableFileError as error:
        raise UnusableFileError(error.message, hint="Correct it or move it away.") from error
    if raw is None:
        return []
    text = raw.removeprefix(codecs.BOM_UTF8).decode("utf-8", "surrogateescape")
    lines = (line.rstrip("\r") for line in text.split("\n"))
    return [line for line in lines if line.strip() and not line.startswith("#")]


def carry(
    main: Path,
    target: Path,
    *,
    copies: Iterable[str],
    links: Collection[str],
    report: Callable[[str], None] = lambda text: None,
) -> Carried:
    """Copy local files. Files that the new worktree has already stay as they are.

    Args:
        main: Root of the main worktree.
        target: Root of the new one.
        copies: Paths relative to it to copy; folders with all they hold.
        links: Paths to link to instead; they win over `copies`.
        report: Told how far a long copy is.
    """
    done = Carried()
    for path in sorted(each for each in links if not is_sessions_own(each)):
        if files.real_parent(target, path) and not os.path.lexists(target / path):
            (target / path).symlink_to(main / path)
            done.marks[path] = mark(target / path) or ""
        elif not (target / path).is_symlink():
            done.warnings.append(f"{path} was not linked: something else is there")
    told = 0
    for top in sorted(set(copies)):
        for path in files.files_below(main, top):
            if drafts.is_draft(os.path.basename(path)):  # noqa: PTH119 - many, and plain text
                continue
            if is_sessions_own(path):
                continue
            if any(path == link or path.startswith(link.rstrip("/") + "/") for link in links):
                continue
            try:
                _copy_one(main, target, path, done)
            except OSError as error:
                done.warnings.append(f"{path} was not copied: {error.strerror or error}")
            if done.bytes - told > _REPORT_EVERY:
                told = done.bytes
                report(f"copying local files: {plural(len(done.marks), 'file')}, {size(told)}")
    return done


def _copy_one(main: Path, target: Path, path: str, done: Carried) -> None:
    if not files.real_parent(target, path):
        done.warnings.append(f"{path} was not copied: a link stands in its way")
        return
    copied = files.copy_new(main / path, target / path)
    if copied is not None:
        done.bytes += copied
        done.marks[path] = mark(target / path) or ""


def mark(path: Path) -> str | None:
    """A value that changes with a file, cheap to read; `None` without a file."""
    try:
        seen = path.lstat()
        if stat.S_ISLNK(seen.st_mode):
            return f"link {path.readlink()}"
    except OSError:
        return None
    return f"file {seen.st_size} {seen.st_mtime_ns}"


def record(git_dir: Path, marks: Mapping[str, str]) -> None:
    """Record the copied files in the new worktree's own git directory.

    Raises:
        OSError: When it cannot be written.
    """
    files.write_atomically(git_dir / RECORD, strict_json.line({"files": dict(marks)}).encode())


def put(root: Path, git_dir: Path, name: str, data: bytes) -> bool:
    """Write a file of ours into a worktree, and record it beside those that were carried over.

    Args:
        root: The worktree.
        git_dir: Its own git directory.
        name: Where, relative to the worktree.
        data: Its contents.

    Returns:
        Whether it stands there; `False` when somebody else's does, or ours was changed by hand.

    Raises:
        OSError: When it cannot be written.
        UnusableFileError: When what is there cannot be read.
    """
    known = Untouched.of(root, git_dir)
    path = root / name
    if os.path.lexists(path):
        if path.is_symlink() or not path.is_file():
            return False
        if reading.read(path) != data:
            if not known.files(name):
                return False
            files.write_atomically(path, data)
        elif name not in known.marks:
            return False
    else:
        files.write_atomically(path, data)
    record(git_dir, {**known.marks, name: mark(path) or ""})
    return True


def take_away(root: Path, git_dir: Path, name: str) -> bool:
    """Delete a file that `put` wrote, if nobody has changed it since.

    Args:
        root: As for `put`.
        git_dir: As for `put`.
        name: As for `put`.

    Returns:
        Whether it was deleted.

    Raises:
        OSError: When it cannot be deleted.
    """
    known = Untouched.of(root, git_dir)
    if not known.files(name):
        return False
    (root / name).unlink()
    record(git_dir, {path: look for path, look in known.marks.items() if path != name})
    return True


@dataclass(frozen=True, slots=True)
class Untouched:
    """Finds the carried files that nobody has changed.

    Attributes:
        root: The worktree.
        marks: How its carried files looked when they arrived.
    """

    root: Path
    marks: Mapping[str, str]

    @classmethod
    def of(cls, root: Path, git_dir: Path) -> Untouched:
        """Read the record. A missing or unreadable one vouches for no file."""
        try:
            found = (reading.read_json(git_dir / RECORD, limit=_RECORD_LIMIT) or {}).get("files")
        except UnusableFileError:
            found = None
        marks = found if isinstance(found, dict) else {}
        return cls(root, {name: look for name, look in marks.items() if isinstance(look, str)})

    def files(self, entry: str) -> tuple[str, ...]:
        """The files of one status entry: a file, or a folder ending in `/`.

        Returns:
            All its files if every one arrived with the session and is as it was; else none.
        """
        if not self.marks:
            return ()
        if not entry.endswith("/"):
            return (entry,) if self._same(entry) else ()
        if not any(path.startswith(entry) for path in self.marks):
            return ()
        found: list[str] = []
        for path in files.files_below(self.root, entry):
            if not self._same(path):
                return ()
            found.append(path)
        return tuple(found)

    def _same(self, path: str) -> bool:
        expected = self.marks.get(path)
        return expected is not None and mark(self.root / path) == expected


def untouched(root: Path, git_dir: Path) -> Untouched:
    """See `Untouched.of`."""
    return Untouched.of(root, git_dir)
