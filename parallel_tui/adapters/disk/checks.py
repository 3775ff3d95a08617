"""Run the commands that check a session's work, and keep how they ended."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final

from parallel_tui.adapters.disk import reading
from parallel_tui.adapters.disk.files import write_atomically
from parallel_tui.adapters.disk.reading import UnusableFileError
from parallel_tui.adapters.disk.reports import reports
from parallel_tui.adapters.process.limited import run_line
from parallel_tui.errors import CouldNotLookError, RefusedError, disk_hint, disk_words
from parallel_tui.model.landing.check import CheckKey, CheckRecord, Limits, Ran
from parallel_tui.model.proving.failing import failures
from parallel_tui.model.settings.consent import Approved
from parallel_tui.model.text import strict_json
from parallel_tui.record import asdict, dataclass

_SCHEMA: Final = 1
_LARGEST: Final = 1 << 20
_MOST_SAID: Final = 8 << 20
_FIELDS: Final = ("commit", "status", "failed", "at", "seconds")
_FAR: Final = 1e12
"""No time that a record can tell is as large."""
_DAYS: Final = 30
"""Days after which a record that nobody asked for again is deleted."""


@dataclass(frozen=True, slots=True)
class KeptChecks:
    """Implements `ports.disk.Checks`.

    Attributes:
        folder: Where records and logs are kept.
    """

    folder: Path

    @property
    def environment(self) -> str:
        """See `Checks.environment`."""
        system = os.uname()
        return f"{system.sysname} {system.machine}"

    def record(self, key: CheckKey) -> CheckRecord | None:
        """See `Checks.record`."""
        path = self._path(key, "json")
        try:
            found = reading.read_json(path, limit=_LARGEST)
        except UnusableFileError:
            return None
        if found is None or found.get("schema") != _SCHEMA or found.get("key") != _plain(key):
            return None
        kept = {name: found.get(name) for name in _FIELDS}
        match kept:
            case {
                "commit": str(commit), "status": int(status), "failed": str(failed),
                "at": int() | float() as at, "seconds": int() | float() as seconds,
            } if all(0 <= each < _FAR for each in (at, seconds)):  # fmt: skip
                with suppress(OSError):
                    os.utime(path)
                log = str(self._path(key, "log"))
                tests, unsteady = _names(found.get("tests")), _names(found.get("unsteady"))
                if status and not tests and not unsteady:
                    tests = failures(failed, "", ())
                runs = 2 if found.get("runs") == 2 else 1
                return CheckRecord(
                    key, commit, status, failed, at, seconds, log, tests, unsteady, runs
                )
        return None

    def keep(self, record: CheckRecord) -> None:
        """See `Checks.keep`."""
        made = {
            "schema": _SCHEMA,
            "key": _plain(record.key),
            "commit": record.commit,
            "status": record.status,
            "failed": record.failed,
            "at": record.at,
            "seconds": record.seconds,
            "tests": sorted(record.tests),
            "unsteady": sorted(record.unsteady),
            "runs": record.runs,
        }
        path = self._path(record.key, "json")
        try:
            write_atomically(path, strict_json.line(made).encode() + b"\n")
            self._forget()
        except OSError as error:
            raise CouldNotLookError(
                f"How the check ended cannot be kept in {path}: {error.strerror}"
            ) from error

    def run(
        self,
        key: CheckKey,
        lines: Sequence[Approved],
        *,
        directory: str,
        env: Mapping[str, str],
        tell: Callable[[bytes], None],
        stopped: Callable[[], bool] = lambda: False,
        limits: Limits | None = None,
    ) -> Ran:
        """See `Checks.run`."""

        def look() -> None:
            _pass(printed, tell)
            if stopped():
                raise RefusedError("The check was stopped", hint="How it ends is not known.")

        log = self._path(key, "log")
        report = log.with_suffix(".xml")
        told = {**env, "PDEV_JUNIT": str(report)}
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            for old in (log, report):
                # A new file: whoever reads an older one goes on doing so.
                old.unlink(missing_ok=True)
            with log.open("xb") as output, log.open("rb") as printed:
                for line in lines:
                    began, start = time.time(), output.seek(0, os.SEEK_END)
                    status, late = run_line(line, directory, told, output, look, limits)
                    if late and limits is not None:
                        why = f"{line.text} (not within {limits.seconds:g} s)"
                        return Ran(status, line.text, str(log), failures(why, "", ()), late=True)
                    if status:
                        said = _said(log, start)
                        found = failures(line.text, said, reports(report, directory, began))
                        return Ran(status, line.text, str(log), found)
        except OSError as error:
            raise CouldNotLookError(
                f"The check cannot run: {disk_words(error)}",
                hint=disk_hint(error) or f"Its log: {log}",
            ) from error
        finally:
            with suppress(OSError):
                report.unlink(missing_ok=True)
        return Ran(0, "", str(log))

    def printed(self, record: CheckRecord, most: int) -> bytes:
        """See `Checks.printed`."""
        try:
            with Path(record.log).open("rb") as log:
                log.seek(max(0, log.seek(0, os.SEEK_END) - most))
                return log.read(most)
        except OSError as error:
            raise CouldNotLookError(
                f"What the check printed cannot be read in {record.log}: {error.strerror}",
                hint="Run it again.",
            ) from error

    @property
    def stamp(self) -> int:
        """See `Checks.stamp`."""
        try:
            return self.folder.stat().st_mtime_ns
        except OSError:
            return 0

    def _path(self, key: CheckKey, kind: str) -> Path:
        name = hashlib.sha256(strict_json.line(_plain(key)).encode()).hexdigest()
        return self.folder / f"{name[:32]}.{kind}"

    def _forget(self) -> None:
        """Delete records that nobody asked for in a long time, with their logs."""
        too_old = time.time() - _DAYS * 86_400
        for path in self.folder.glob("*.json"):
            with suppress(OSError):
                if path.stat().st_mtime < too_old:
                    path.unlink()
                    path.with_suffix(".log").unlink()
        for path in self.folder.glob("*.log"):
            with suppress(OSError):  # of what had no outcome to keep
                if path.stat().st_mtime < too_old and not path.with_suffix(".json").exists():
                    path.unlink()


def _plain(key: CheckKey) -> dict[str, object]:
    return {**asdict(key), "commands": list(key.commands)}


def _names(value: object) -> frozenset[str]:
    some = value if isinstance(value, list) else []
    return frozenset(each for each in some if isinstance(each, str))


def _said(log: Path, start: int) -> str:
    """What the last command printed; of very much, the end, where programs sum up."""
    with log.open("rb") as file:
        file.seek(max(start, file.seek(0, os.SEEK_END) - _MOST_SAID))
        return file.read().decode("utf-8", "replace")


def _pass(printed: BinaryIO, tell: Callable[[bytes], None]) -> None:
    while piece := printed.read(1 << 16):
        tell(piece)
