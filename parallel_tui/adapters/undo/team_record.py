"""Records of started teams in `<common>/pdev/teams`, a line appended for each thing that was done.

A line is written before what it tells of is made: what a killed run was about to make is known. A
line that is torn by a crash was never promised.
"""

from __future__ import annotations

import os
import re
import time as clock
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from parallel_tui.adapters.disk import reading
from parallel_tui.adapters.disk.reading import UnusableFileError
from parallel_tui.errors import disk_refused
from parallel_tui.model.team.record import TeamRecord, record_of
from parallel_tui.model.text import strict_json
from parallel_tui.model.text.strict_json import Json
from parallel_tui.record import dataclass

_END: Final = ".jsonl"
_NAME: Final = re.compile(r"up-\d{8}T\d{6}Z(?:-\d{1,4})?")
_KEPT: Final = 50
"""Records kept; of older ones nobody takes anything back."""


@dataclass(frozen=True, slots=True)
class TeamRecordFiles:
    """Implements `ports.team.records.TeamRecords`. Callers hold the guard of worktrees.

    Attributes:
        folder: Where they stand.
    """

    folder: Path

    def begin(self, team: str, when: float) -> str:
        """See `TeamRecords.begin`."""
        for record in self.all():
            if record.team == team and not record.ended and not record.undone:
                self.add(record.id, {"what": "again", "when": when})
                return record.id
        stamp = clock.strftime("up-%Y%m%dT%H%M%SZ", clock.gmtime(when))
        taken, number, name = set(self._names()), 1, stamp
        while name in taken:
            number += 1
            name = f"{stamp}-{number}"
        self.add(name, {"what": "begin", "team": team, "when": when})
        for old in self._names()[_KEPT:]:
            (self.folder / f"{old}{_END}").unlink(missing_ok=True)
        return name

    def add(self, id: str, line: Mapping[str, Json]) -> None:
        """See `TeamRecords.add`."""
        data = (strict_json.line(dict(line)) + "\n").encode("ascii")
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.folder / f"{id}{_END}", flags, 0o600)
            try:
                size = os.fstat(descriptor).st_size
                if size and os.pread(descriptor, 1, size - 1) != b"\n":
                    data = b"\n" + data  # after a line that a crash tore
                os.write(descriptor, data)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise disk_refused(
                "What starting the team does could not be recorded", error
            ) from error

    def all(self) -> tuple[TeamRecord, ...]:
        """See `TeamRecords.all`."""
        found = []
        for name in self._names():
            try:
                data = reading.read(self.folder / f"{name}{_END}")
                found.append(record_of(name, _lines(data or b"")))
            except (UnusableFileError, ValueError):
                continue
        return tuple(found)

    def _names(self) -> list[str]:
        """Names of all records, newest first."""
        try:
            names = [each.name.removesuffix(_END) for each in self.folder.glob(f"*{_END}")]
        except OSError:
            return []
        return sorted((n for n in names if _NAME.fullmatch(n)), key=_order, reverse=True)


def _order(name: str) -> tuple[str, int]:
    stamp, _, number = name.removeprefix("up-").partition("-")
    return stamp, int(number or 1)


def _lines(data: bytes) -> list[Mapping[str, Json]]:
    found: list[Mapping[str, Json]] = []
    for line in data.decode("utf-8", "replace").split("\n"):
        if not line.strip():
            continue
        try:
            parsed = strict_json.parse(line)
        except strict_json.NotJsonError:
            continue
        if isinstance(parsed, dict):
            found.append(parsed)
    return found
