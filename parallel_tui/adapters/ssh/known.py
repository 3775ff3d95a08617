"""Keep how machines are reached, and where clones of the user's are."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from parallel_tui.adapters.disk import files, reading
from parallel_tui.errors import disk_refused
from parallel_tui.model.hosts.reach import is_clone
from parallel_tui.model.hosts.shared import is_host_name
from parallel_tui.model.settings.reached import HostSettings, is_program, is_ssh_name
from parallel_tui.model.text import strict_json
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

    from parallel_tui.model.text.strict_json import Json

KNOWN_FILE: Final = "ssh.json"
_FORMAT: Final = 1
_REMEDY: Final = (
    "Say again how machines are reached: pdev host connect MACHINE SSH. It is kept aside."
)


@dataclass(frozen=True, slots=True)
class KnownFile:
    """Implements `KnownMachines`: `ssh.json` in our folder of the git directory.

    Attributes:
        runtime_dir: That folder.
    """

    runtime_dir: str

    @property
    def path(self) -> Path:
        """The file, which need not exist."""
        return Path(self.runtime_dir, KNOWN_FILE)

    def read(self) -> Mapping[str, HostSettings]:
        """See `KnownMachines.read`."""
        try:
            said = (reading.read_json(self.path) or {}).get("hosts")
        except reading.UnusableFileError as error:
            raise reading.UnusableFileError(error.message, hint=_REMEDY) from error
        found = {}
        for host, each in (said if isinstance(said, dict) else {}).items():
            told = each if isinstance(each, dict) else {}
            ssh, program = told.get("ssh"), told.get("program")
            # What is no name for ssh is never handed to it, whoever wrote it.
            if not is_host_name(host) or not isinstance(ssh, str) or not is_ssh_name(ssh):
                continue
            usable = isinstance(program, str) and is_program(program)
            found[host] = HostSettings(ssh, str(program) if usable else "")
        return found

    def keep(self, host: str, settings: HostSettings | None) -> None:
        """See `KnownMachines.keep`."""
        try:
            before = self.read()
        except reading.UnusableFileError:
            before = {}
            with suppress(OSError):  # what cannot be replaced is told below
                self.path.rename(self.path.with_suffix(".json.broken"))
        kept = {name: each for name, each in before.items() if name != host}
        if settings is not None:
            kept[host] = settings
        said: dict[str, Json] = {
            name: {"ssh": each.ssh, "program": each.program} for name, each in kept.items()
        }
        try:
            files.write_atomically(
                self.path, strict_json.document({"format": _FORMAT, "hosts": said}), mode=0o600
            )
        except OSError as error:
            raise disk_refused(f"How {host} is reached cannot be noted", error) from error


@dataclass(frozen=True, slots=True)
class CloneNotes:
    """Implements `OwnClones`: a file a clone, named after what tells it apart, with its path.

    Attributes:
        folder: Where they stand, in the user's own state.
    """

    folder: Path

    def note(self, clone: str, path: str) -> None:
        """See `OwnClones.note`."""
        with suppress(OSError):
            files.write_atomically(self.folder / clone, os.fsencode(path), mode=0o600)

    def of(self, path: str) -> tuple[str, ...]:
        """See `OwnClones.of`."""
        found: list[tuple[int, str]] = []
        with suppress(OSError), os.scandir(self.folder) as entries:
            for entry in entries:
                with suppress(OSError, reading.UnusableFileError):
                    if is_clone(entry.name) and reading.read(entry.path) == os.fsencode(path):
                        found.append((entry.stat(follow_symlinks=False).st_mtime_ns, entry.name))
        return tuple(name for _, name in sorted(found, reverse=True))

    def find(self, clone: str) -> str | None:
        """See `OwnClones.find`."""
        with suppress(OSError, reading.UnusableFileError):
            raw = reading.read(self.folder / clone)
            path = os.fsdecode(raw) if raw is not None and b"\0" not in raw else ""
            if path.startswith("/") and Path(path).is_dir():
                return path
        return None
