"""Settings of agents and hooks of git as files, and the records of what was put into them."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import parallel_tui
from parallel_tui.adapters.config import hook_reports
from parallel_tui.adapters.disk import files, git_exclude, reading
from parallel_tui.adapters.disk.reading import UnusableFileError
from parallel_tui.errors import CouldNotLookError, RefusedError
from parallel_tui.model.agent.hook_line import HookPlace
from parallel_tui.model.agent.hook_state import HookRecord, HookTrouble
from parallel_tui.model.text import strict_json
from parallel_tui.record import dataclass, field

_SHIMS: Final = ("/shims/", "/.asdf/", "/mise/shims")


@dataclass(frozen=True, slots=True)
class LocalHookFiles:
    """Implements `ports.hooks.HookFiles`.

    Attributes:
        root: The coordination root.
        common: The common git directory.
        records: Folder of the records and backups.
        folder_of_hooks: Asks git for its folder of hooks.
    """

    root: str
    common: str
    records: Path
    folder_of_hooks: Any = field(repr=False)

    def read(self, path: str) -> bytes | None:
        """See `HookFiles.read`."""
        return reading.read(path, follow=True)

    def write(self, path: str, data: bytes, *, program: bool = False) -> tuple[str, ...]:
        """See `HookFiles.write`."""
        made = tuple(str(each) for each in files.missing_parents(Path(path)))
        try:
            files.write_atomically(Path(path), data, mode=0o755 if program else 0o644)
        except OSError as error:
            raise _refused(path, error) from error
        return made

    def remove(self, path: str, folders: Iterable[str] = ()) -> None:
        """See `HookFiles.remove`."""
        try:
            Path(path).unlink(missing_ok=True)
        except OSError as error:
            raise _refused(path, error) from error
        for folder in folders:
            with suppress(OSError):  # somebody put something into it
                Path(folder).rmdir()

    def rename(self, path: str, to: str) -> None:
        """See `HookFiles.rename`."""
        if os.path.lexists(to):
            raise RefusedError(f"{to} is there already", hint="Move it away, then try again.")
        try:
            Path(path).rename(to)
        except OSError as error:
            raise _refused(path, error) from error

    def runs(self, path: str) -> bool:
        """See `HookFiles.runs`."""
        return Path(path).is_file() and os.access(path, os.X_OK)

    def _record(self, path: str) -> Path:
        digest = hashlib.sha256(path.encode("utf-8", "surrogateescape")).hexdigest()[:16]
        return self.records / f"{Path(path).name}-{digest}"

    def recorded(self, path: str) -> tuple[HookRecord, bytes] | None:
        """See `HookFiles.recorded`."""
        place = self._record(path)
        try:
            data = reading.read_json(f"{place}.json")
            before = reading.read(f"{place}.before")
        except UnusableFileError:
            return None
        if data is None or before is None or data.get("path") != path:
            return None
        added, folders, after = data.get("added"), data.get("folders"), data.get("after")
        return (
            HookRecord(
                path,
                data.get("existed") is True,
                after if isinstance(after, str) else "",
                tuple(str(each) for each in added) if isinstance(added, list) else (),
                tuple(str(each) for each in folders) if isinstance(folders, list) else (),
            ),
            before,
        )

    def record(self, made: HookRecord, before: bytes) -> None:
        """See `HookFiles.record`."""
        place = self._record(made.path)
        about: dict[str, strict_json.Json] = {"schema": 1, "path": made.path}
        about |= {"existed": made.existed, "after": made.after}
        about |= {"added": list(made.added), "folders": list(made.folders)}
        self.write(f"{place}.before", before)
        self.write(f"{place}.json", strict_json.document(about))

    def forget(self, path: str) -> None:
        """See `HookFiles.forget`."""
        place = self._record(path)
        for ending in ("json", "before"):
            self.remove(f"{place}.{ending}")

    def here(self) -> HookPlace:
        """See `HookFiles.here`."""
        # Of a virtual environment the interpreter that it was made from: it needs no packages, and
        # is there still when the environment is made anew.
        found = getattr(sys, "_base_executable", "") or sys.executable
        for python in (found, os.path.realpath(found) if found else ""):
            if python and not any(part in python for part in _SHIMS) and os.access(python, os.X_OK):
                folder = str(Path(parallel_tui.__file__).parent)
                return HookPlace(python, folder, sys.executable)
        raise CouldNotLookError(
            f"No Python was found that could run the hook; {found or 'this one'} does not serve",
            hint="Install pdev with a real interpreter, not through a version manager's shim.",
        )

    def git_hooks(self) -> str:
        """See `HookFiles.git_hooks`."""
        return str(self.folder_of_hooks())

    def heard(self) -> Mapping[str, float]:
        """See `HookFiles.heard`."""
        told = sorted(hook_reports.reports(self.root), key=lambda each: each.when)
        return {each.agent: each.when for each in told}

    def troubles(self) -> tuple[HookTrouble, ...]:
        """See `HookFiles.troubles`."""
        return hook_reports.troubles(self.root)

    def hide(self) -> None:
        """See `HookFiles.hide`."""
        try:
            if not git_exclude.stands(self.common):
                git_exclude.add(Path(self.common))
        except (OSError, UnusableFileError) as error:
            raise RefusedError(
                f"{self.common}/info/exclude cannot be changed, so that what the hook leaves would "
                f"show as untracked: {error}",
                hint="Correct it, then try again.",
            ) from error

    def sweep(self, now: float) -> None:
        """See `HookFiles.sweep`."""
        hook_reports.sweep(self.root, now)


def _refused(path: str, error: OSError) -> RefusedError:
    why = reading.reason(error)
    return RefusedError(f"{path} cannot be changed: {why}", hint="It is as it was.")
