"""`pdev/policy.json` below the coordination root: compiled boundaries, for `hook.py` to read."""

from __future__ import annotations

import re
from pathlib import Path

from parallel_tui.adapters.disk import files, git_exclude, reading
from parallel_tui.adapters.disk.reading import UnusableFileError
from parallel_tui.errors import CouldNotLookError
from parallel_tui.model.text import strict_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

    from parallel_tui.model.policy.formats import CompiledPolicy

_NAME: Final = "pdev/policy.json"
_WRITTEN: Final = "parallel-config.yml"
_SESSIONS: Final = re.compile(rb"^sessions[ \t]*:", re.MULTILINE)


class PolicyFile:
    """Implements `ports.policy.PolicyFile`.

    Args:
        root: The coordination root.
        common_dir: Common git directory, whose `info/exclude` hides runtime files.
        settings: The files that a person's own levels come from.
    """

    def __init__(self, root: str, common_dir: str, settings: tuple[str, ...] = ()) -> None:
        self._root = Path(root)
        self._common_dir = common_dir
        self._settings = settings

    @property
    def path(self) -> str:
        """Where it is."""
        return str(self._root / _NAME)

    def read(self) -> Mapping[str, object] | None:
        """What it holds, which anybody may have written; `None` when it is nothing like it."""
        try:
            raw = reading.read(self.path)
            found = None if raw is None else strict_json.parse(raw)
        except (UnusableFileError, strict_json.NotJsonError):
            return None
        return found if isinstance(found, dict) else None

    def drafted(self) -> bool:
        """Whether the main worktree's file has boundaries, whatever base has."""
        try:
            raw = reading.read(str(self._root / _WRITTEN))
        except UnusableFileError:
            return False
        return raw is not None and _SESSIONS.search(raw) is not None

    def write(self, policy: CompiledPolicy) -> None:
        """Replace it.

        Raises:
            CouldNotLookError: When it cannot be written.
        """
        data = strict_json.compact(policy).encode() + b"\n"
        try:
            if not git_exclude.stands(self._common_dir):
                git_exclude.add(Path(self._common_dir))
            self._root.mkdir(parents=True, exist_ok=True)
            if not files.real_parent(self._root, _NAME):
                raise CouldNotLookError(f"{self._root}/pdev is a link, so nothing is written there")
            files.write_atomically(self._root / _NAME, data)
        except OSError as error:
            raise CouldNotLookError(
                f"{self.path} cannot be written: {error.strerror}",
                hint="Without it agents' edits are not checked.",
            ) from error

    def settings(self) -> list[list[object]]:
        """Path, time of change (ns) and size of each file that levels come from; 0, 0 without."""
        return [_stamp(path) for path in self._settings]


def _stamp(path: str) -> list[object]:
    try:
        seen = Path(path).stat()
    except OSError:
        return [path, 0, 0]
    return [path, seen.st_mtime_ns, seen.st_size]
