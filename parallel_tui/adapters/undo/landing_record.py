"""Records of landings in `<common>/pdev/landings`: base's every move is written before it is made.

A run that is not finished has a name that says so (`.running`), so that nobody has to read a record
to know that there is nothing to settle. Whoever holds the guard of syncs knows that no other run
lives.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from parallel_tui.adapters.disk import reading
from parallel_tui.adapters.disk.files import write_atomically
from parallel_tui.adapters.disk.reading import UnusableFileError
from parallel_tui.errors import CouldNotLookError, RefusedError, UsageError, disk_hint, disk_words
from parallel_tui.model.landing.record import LandingRecord, record_from
from parallel_tui.model.sync.backup_ref import Keeps, is_run
from parallel_tui.model.text import strict_json
from parallel_tui.record import asdict, dataclass

_OPEN: Final = ".running"
_DONE: Final = ".json"


@dataclass(frozen=True, slots=True)
class LandingRecords:
    """Reads and writes records of landings.

    Attributes:
        folder: Where they stand.
    """

    folder: Path

    def new(self, time: str) -> str:
        """A unique name for a run that begins at a time."""
        taken = {*self.times(), *self.unfinished()}
        number, name = 1, time
        while name in taken:
            number += 1
            name = f"{time}-{number}"
        return name

    def save(self, record: LandingRecord) -> None:
        """Write the record of a run that is not finished.

        Raises:
            RefusedError: When it cannot be written.
        """
        self._write(record)
        with suppress(OSError):  # of a finished run that is being undone; that one counts no more
            self._path(record.time, _DONE).unlink(missing_ok=True)

    def close(self, record: LandingRecord) -> None:
        """Write the record of a run that is finished; one that landed nothing is deleted.

        Raises:
            RefusedError: When it cannot be written.
        """
        try:
            if record.landed:
                self._write(record)
                self._path(record.time, _OPEN).replace(self._path(record.time, _DONE))
            else:
                self._path(record.time, _OPEN).unlink(missing_ok=True)
        except OSError as error:
            raise _unwritten(error) from error

    def times(self) -> Sequence[str]:
        """Names of all finished runs, newest first."""
        return sorted(self._named(_DONE), key=_order, reverse=True)

    def unfinished(self) -> Sequence[str]:
        """Names of runs that are not finished, oldest first."""
        return sorted(self._named(_OPEN), key=_order)

    def load(self, time: str) -> LandingRecord:
        """The record of a run.

        Raises:
            UsageError: When there is none of this name.
            CouldNotLookError: When it cannot be read.
        """
        found = [path for end in (_OPEN, _DONE) if (path := self._path(time, end)).exists()]
        if not is_run(time) or not found:
            raise UsageError(f"There was no landing at {time!r}")
        try:
            data: Any = reading.read_json(found[0]) or {}
            record = record_from(data)
            if record.time != time:
                raise ValueError(f"it is that of {record.time!r}")
            return record
        except (UnusableFileError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise CouldNotLookError(
                f"The record {found[0]} cannot be read: {error}",
                hint=f"Look what it did with: git for-each-ref {Keeps.LANDING.prefix}\n"
                "Then move it away: "
                f"mv -- {shlex.quote(str(found[0]))} {shlex.quote(str(found[0]))}.broken",
            ) from error

    def forget(self, time: str) -> None:
        """Delete a record; a missing one is no error.

        Raises:
            OSError: When it cannot be deleted.
        """
        if is_run(time):
            self._path(time, _DONE).unlink(missing_ok=True)

    def since(self, time: str) -> float:
        """When the record of an unfinished run was last written, in epoch seconds."""
        try:
            return self._path(time, _OPEN).lstat().st_mtime
        except OSError:
            return 0.0

    def _named(self, ending: str) -> list[str]:
        found = [path.name.removesuffix(ending) for path in self.folder.glob(f"*{ending}")]
        return [name for name in found if is_run(name)]

    def _path(self, time: str, ending: str) -> Path:
        return self.folder / f"{time}{ending}"

    def _write(self, record: LandingRecord) -> None:
        data = (strict_json.line(asdict(record)) + "\n").encode("ascii")
        try:
            write_atomically(self._path(record.time, _OPEN), data)
        except OSError as error:
            raise _unwritten(error) from error


def _unwritten(error: OSError) -> RefusedError:
    return RefusedError(
        f"What a landing does could not be recorded: {disk_words(error)}", hint=disk_hint(error)
    )


def _order(name: str) -> tuple[str, int]:
    return name[:15], int(name[16:] or 1)
