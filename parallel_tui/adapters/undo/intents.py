"""Intents: records of running changes, so that an interrupted one is finished or undone.

One file each below git's own directory. Its writer holds a lock on it that ends with the process,
however that ends: a note that can be locked belongs to nobody any more. Lines are appended and
synced; one torn by a crash was never promised.
"""

from __future__ import annotations

import os
import secrets
import shlex
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from parallel_tui.adapters.disk import drafts, flock, reading
from parallel_tui.adapters.disk.reading import UnusableFileError
from parallel_tui.errors import RefusedError
from parallel_tui.model.text import strict_json
from parallel_tui.record import dataclass, field

_MOST: Final = 1 << 20


@dataclass(slots=True)
class Intent:
    """The record of one running change.

    Attributes:
        path: Its file.
        verb: What is done: `spawn`, `remove`, `restore`, `undo`, `forward`.
        about: What to; enough to finish or undo it.
        steps: Steps known to be finished.
    """

    path: Path
    verb: str
    about: Mapping[str, Any]
    steps: list[str] = field(default_factory=list)
    _descriptor: int = -1

    @property
    def since(self) -> float:
        """When its last step was recorded, in epoch seconds.

        Raises:
            OSError: When that cannot be told.
        """
        return self.path.lstat().st_mtime

    def finished(self, step: str, *, lasting: bool = True) -> None:
        """Record a step as finished, on disk.

        Args:
            step: Which.
            lasting: Whether the note must outlast a power failure, too; where recovery asks for
                the step. One that does takes all before it along.

        A disk that takes nothing does not make it unfinished: how far a change has come is told
        by where things lie, and this note only makes that quicker to see.
        """
        self.steps.append(step)
        if self._descriptor >= 0:
            with suppress(OSError):
                _append(self._descriptor, {"step": step}, lasting=lasting)

    def close(self) -> None:
        """Delete the record: the change is finished or undone."""
        with suppress(FileNotFoundError):
            self.path.unlink()
        self.release()

    def release(self) -> None:
        """Release it as a crash would; the next verb finds it."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


@dataclass(frozen=True, slots=True)
class Intents:
    """All intents of one repository. Callers hold the guard of its worktrees.

    Attributes:
        folder: Where they are.
    """

    folder: Path

    def begin(self, verb: str, about: Mapping[str, Any]) -> Intent:
        """Record a change before any of it is made.

        Raises:
            OSError: When it cannot be written; then nothing may be done.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{verb}-{secrets.token_hex(6)}.jsonl"
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
        descriptor = os.open(path, flags, 0o600)
        try:
            flock.take_own(descriptor)
            _append(descriptor, {"verb": verb, "about": dict(about)})
        except BaseException:
            os.close(descriptor)
            path.unlink()
            raise
        return Intent(path, verb, about, _descriptor=descriptor)

    def abandoned(self) -> Iterator[Intent]:
        """Intents whose process has ended, oldest first; each is locked while it is used.

        One that was cut off before anything was done is forgotten. One that cannot be read is
        passed over, and told by `unreadable`.
        """
        for path in self._paths():
            try:
                descriptor = _take(path, patience=0.05)
            except UnusableFileError:
                continue
            if descriptor is None:
                continue
            try:
                intent = _read(path, descriptor)
            except RefusedError:
                os.close(descriptor)
                continue
            if intent is None:
                os.close(descriptor)
                path.unlink()
                continue
            try:
                yield intent
            finally:
                intent.release()

    def unreadable(self) -> Iterator[tuple[Path, RefusedError]]:
        """Unreadable intents of ended processes, each with what to do about it."""
        for path in self._paths():
            try:
                descriptor = _take(path)
            except UnusableFileError as error:
                yield path, _unreadable(path, error)
                continue
            if descriptor is None:
                continue
            try:
                _read(path, descriptor)
            except RefusedError as error:
                yield path, error
            finally:
                os.close(descriptor)

    def cut_off(self) -> tuple[str, ...]:
        """Verbs whose process ended before the change was settled. Changes nothing."""
        found = []
        for path in self._paths():
            try:
                descriptor = _take(path)
            except UnusableFileError:
                descriptor = -1
            if descriptor is None:
                continue
            if descriptor >= 0:
                os.close(descriptor)
            found.append(path.name.rpartition("-")[0])
        return tuple(found)

    def _paths(self) -> list[Path]:
        """Paths of all intents, oldest first."""
        found = []
        for path in self.folder.glob("*.jsonl"):
            with suppress(FileNotFoundError):  # its writer has just ended
                found.append((path.lstat().st_mtime_ns, path))
        return [path for _, path in sorted(found)]


def _take(path: Path, *, patience: float = 0.0) -> int | None:
    """A locked file descriptor of an abandoned intent; `None` for any other.

    Args:
        path: The note.
        patience: Seconds to wait for somebody who only looks at it.

    Raises:
        UnusableFileError: When it is no regular file, or cannot be opened.
    """
    flags = os.O_RDWR | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise reading.unusable(str(path), error) from error
    try:
        reading.demand_regular(descriptor, str(path))
        # One that its writer deleted between our opening and its unlocking is finished.
        if flock.take(descriptor, seconds=patience) and os.fstat(descriptor).st_nlink:
            return descriptor
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None


def _read(path: Path, descriptor: int) -> Intent | None:
    """An intent as recorded; `None` when it was interrupted before any change was made."""
    raw = os.pread(descriptor, _MOST, 0)
    if len(raw) == _MOST:
        raise _unreadable(path, ValueError("it is too large"))
    whole, _, torn = raw.rpartition(b"\n")
    if not whole:
        return None
    if torn:
        with suppress(OSError):  # what comes next must not be glued to it
            os.ftruncate(descriptor, len(raw) - len(torn))
    try:
        first, *rest = (_object(line) for line in whole.split(b"\n") if line)
        steps = [str(line["step"]) for line in rest]
        about = first["about"]
        if not isinstance(about, dict):
            raise TypeError("it does not say what it is about")
        return Intent(path, str(first["verb"]), about, steps, descriptor)
    except (ValueError, KeyError, TypeError) as error:
        raise _unreadable(path, error) from error


def _object(line: bytes) -> dict[str, strict_json.Json]:
    found = strict_json.parse(line)
    if not isinstance(found, dict):
        raise TypeError("a line of it is no object")
    return found


def _unreadable(path: Path, error: Exception) -> RefusedError:
    reason = error.message if isinstance(error, UnusableFileError) else str(error)
    return RefusedError(
        f"The note of an unfinished change in {path} cannot be read: {reason}",
        hint="Look at it, and move it away once nothing of it is left to be done: "
        f"mv -- {shlex.quote(str(path))} {shlex.quote(str(path))}.broken",
    )


def _append(descriptor: int, value: Mapping[str, Any], *, lasting: bool = True) -> None:
    drafts.append_line(descriptor, strict_json.line(value).encode("ascii") + b"\n")
    if lasting:
        os.fsync(descriptor)
