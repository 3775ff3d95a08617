"""Run the commands that check a session's work, and keep how they ended."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from subprocess import STDOUT
from typing import BinaryIO, Final

from parallel_tui.adapters.disk import reading
from parallel_tui.adapters.disk.files import write_atomically
from parallel_tui.adapters.disk.reading import UnusableFileError
from parallel_tui.adapters.process import programs
from parallel_tui.adapters.process.shell import end
from parallel_tui.errors import CouldNotLookError, RefusedError
from parallel_tui.model.landing.check import CheckKey, CheckRecord
from parallel_tui.model.settings.consent import Approved
from parallel_tui.model.text import strict_json
from parallel_tui.record import asdict, dataclass

_SCHEMA: Final = 1
_PAUSE: Final = 0.05
"""Seconds between two looks at what was printed."""
_LARGEST: Final = 1 << 20
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
        kept = {name: found.get(name) for name in ("commit", "status", "failed", "at", "seconds")}
        match kept:
            case {
                "commit": str(commit), "status": int(status), "failed": str(failed),
                "at": int() | float() as at, "seconds": int() | float() as seconds,
            } if all(0 <= each < _FAR for each in (at, seconds)):  # fmt: skip
                with suppress(OSError):
                    os.utime(path)
                log = str(self._path(key, "log"))
                return CheckRecord(key, commit, status, failed, at, seconds, log)
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
    ) -> tuple[int, str, str]:
        """See `Checks.run`."""

        def look() -> None:
            _pass(printed, tell)
            if stopped():
                raise RefusedError("The check was stopped", hint="How it ends is not known.")

        log = self._path(key, "log")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            # A new file: whoever reads an older one goes on doing so.
            log.unlink(missing_ok=True)
            with log.open("xb") as output, log.open("rb") as printed:
                for line in lines:
                    status = _one(line, directory, env, output, look)
                    if status:
                        return status, line.text, str(log)
        except OSError as error:
            raise CouldNotLookError(
                f"The check cannot run: {error.strerror or error}", hint=f"Its log: {log}"
            ) from error
        return 0, "", str(log)

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


def _plain(key: CheckKey) -> dict[str, object]:
    return {**asdict(key), "commands": list(key.commands)}


def _one(
    line: Approved,
    directory: str,
    env: Mapping[str, str],
    output: BinaryIO,
    look: Callable[[], None],
) -> int:
    """Run one line to its end, looking at what it prints meanwhile."""
    process = programs.start(
        ["sh", "-c", line.text],
        env=os.environ,
        more=env,
        directory=directory,
        stdout=output,
        stderr=STDOUT,
    )
    try:
        # A file rather than a pipe: a server that is left running would hold a pipe open.
        while process.poll() is None:
            look()
            time.sleep(_PAUSE)
    except BaseException:
        end(process)
        raise
    look()
    return process.returncode


def _pass(printed: BinaryIO, tell: Callable[[bytes], None]) -> None:
    while piece := printed.read(1 << 16):
        tell(piece)
