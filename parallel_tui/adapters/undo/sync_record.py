"""Records of syncs in `<common>/pdev/sync`: each rewrite is written down before it is made.

A run that was killed is known by its record: whoever holds the guard of syncs knows that no other
run lives, so what a record calls under way was left by a dead one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from parallel_tui.adapters.disk import reading
from parallel_tui.adapters.disk.files import guard, write_atomically
from parallel_tui.adapters.disk.reading import UnusableFileError
from parallel_tui.errors import CouldNotLookError, RefusedError, UsageError, disk_hint, disk_words
from parallel_tui.model.session.repository import Repository
from parallel_tui.model.sync.backup_ref import Keeps, is_run
from parallel_tui.model.sync.record import Entry, Record, standing_from
from parallel_tui.model.text import strict_json
from parallel_tui.record import asdict, dataclass, field

_RESTS: Final = b'"running": null}\n'
"""How a record ends in which nothing is under way."""


@dataclass(frozen=True, slots=True)
class SyncRecords:
    """Reads and writes records of syncs.

    Attributes:
        repository: Whose.
        folder: Where they stand.
    """

    repository: Repository
    folder: Path = field(init=False)

    def __post_init__(self) -> None:
        """Set the folder."""
        object.__setattr__(self, "folder", Path(self.repository.runtime_dir) / "sync")

    @property
    def _guard(self) -> Path:
        return Path(self.repository.runtime_dir) / "sync.guard"

    @contextmanager
    def alone(self, *, patience: float | None = None) -> Iterator[None]:
        """Hold the guard that keeps other syncs from running.

        Args:
            patience: Seconds to wait for one that runs; a minute by default.

        Raises:
            RefusedError: When another one runs on, or nothing can be written there.
        """
        try:
            with guard(self._guard, patience=patience):
                yield
        except OSError as error:
            # Landings hold it as well.
            raise RefusedError(
                f"Nothing was changed: {disk_words(error)}", hint=disk_hint(error)
            ) from error

    def new(self, time: str) -> Record:
        """A record for a new run, with a unique name."""
        taken = set(self.times())
        number = 1
        name = time
        while name in taken:
            number += 1
            name = f"{time}-{number}"
        return Record(name)

    def times(self) -> tuple[str, ...]:
        """Names of all runs, newest first."""
        if not self.folder.is_dir():
            return ()
        found = [path.stem for path in self.folder.glob("*.json") if is_run(path.stem)]
        return tuple(sorted(found, key=_order, reverse=True))

    def save(self, record: Record) -> None:
        """Write a record.

        Raises:
            RefusedError: When it cannot be written.
        """
        data = asdict(record)
        try:
            write_atomically(
                self.folder / f"{record.time}.json", (strict_json.line(data) + "\n").encode("ascii")
            )
        except OSError as error:
            raise RefusedError(
                f"What a sync does could not be recorded: {disk_words(error)}",
                hint=disk_hint(error),
            ) from error

    def settle(self, record: Record, *, clean: bool) -> None:
        """Write a finished record; one that rewrote nothing is deleted.

        Args:
            record: What to write.
            clean: Whether no backup of its name is left; else the name must stay taken.

        Raises:
            RefusedError: When it cannot be written.
        """
        if record.entries or not clean:
            self.save(record)
            return
        try:
            self.forget(record.time)
        except OSError as error:
            raise RefusedError(
                f"What a sync did could not be recorded: {disk_words(error)}",
                hint=disk_hint(error),
            ) from error

    def load(self, time: str) -> Record:
        """Read the record of one run.

        Raises:
            UsageError: When there is none of this name.
            CouldNotLookError: When its record cannot be read.
        """
        path = self.folder / f"{time}.json"
        if not is_run(time) or not path.exists():
            known = ", ".join(self.times()[:5])
            raise UsageError(
                f"There was no sync at {time!r}",
                hint=f"There were: {known}." if known else "Nothing was synced yet.",
            )
        try:
            data: Any = reading.read_json(path) or {}
            entries = tuple(_entry(each) for each in data["entries"])
            running = data["running"]
            if running and not entries:
                raise ValueError("it names no branch under way")
            return Record(str(data["time"]), entries, standing_from(running) if running else None)
        except (UnusableFileError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise CouldNotLookError(
                f"The record {path} cannot be read: {error}",
                hint="Look what it did with: git for-each-ref " + Keeps.SYNC.prefix,
            ) from error

    def forget(self, time: str) -> None:
        """Delete the record of a run; a missing one is no error.

        Raises:
            OSError: When it cannot be deleted.
        """
        if is_run(time):
            (self.folder / f"{time}.json").unlink(missing_ok=True)

    def unfinished(self) -> Sequence[Record]:
        """Runs interrupted in the middle of a session; the caller holds the guard.

        A record that cannot be read is passed over: it is told by `pdev doctor`.
        """
        found = []
        for time in self.times():
            with suppress(CouldNotLookError, UsageError):
                record = self.load(time)
                if record.running is not None:
                    found.append(record)
        return found

    def cut_off(self) -> bool:
        """Whether any run was interrupted in the middle of a session. Cheap; never waits."""
        if not any(self._runs(time) for time in self.times()):
            return False
        try:
            with guard(self._guard, patience=0.0):
                return True
        except RefusedError:
            return False  # one that lives
        except OSError:
            return True

    def _runs(self, time: str) -> bool:
        """Whether a record says, by its last bytes, that a session is being rewritten."""
        try:
            with (self.folder / f"{time}.json").open("rb") as file:
                file.seek(-min(len(_RESTS), file.seek(0, os.SEEK_END)), os.SEEK_END)
                return file.read() != _RESTS
        except OSError:
            return False

    def written(self, time: str) -> float:
        """When a record was last written, in epoch seconds; 0 when unknown."""
        try:
            return (self.folder / f"{time}.json").lstat().st_mtime
        except OSError:
            return 0.0


def _entry(data: dict[str, object]) -> Entry:
    entry = Entry(**data)  # type: ignore[arg-type]
    texts = (entry.name, entry.git_dir, entry.branch, entry.before, entry.after)
    if not all(isinstance(each, str) and "\0" not in each for each in texts):
        raise TypeError("an entry holds something else than names")
    if not isinstance(entry.undone, bool):
        raise TypeError("an entry does not say whether it was put back")
    return entry


def _order(name: str) -> tuple[str, int]:
    return name[:15], int(name[16:] or 1)
