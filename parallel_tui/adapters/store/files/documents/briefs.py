"""`.claude/pdev/overlaps`: a file a session, of what others change in the files it may edit.

A program that reads them may take an old one for left behind, so a standing one is dated anew.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from parallel_tui.adapters.disk import git_exclude
from parallel_tui.adapters.disk.reading import UnusableFileError
from parallel_tui.adapters.store.files.mechanics import json_document
from parallel_tui.model.text import strict_json
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Final

    from parallel_tui.adapters.store.files.mechanics.folder import Folder
    from parallel_tui.model.text.strict_json import Json
    from parallel_tui.ports.store.briefs import Brief

SUFFIX: Final = ".json"
SCHEMA: Final = 1
FRESH: Final = 600.0
"""Seconds until a file that stands is dated anew; `hook.py` believes it for an hour."""

MOST_BYTES: Final = 700_000
"""Of one file; `hook.py` reads no larger ones than 1 MiB."""


@dataclass(frozen=True, slots=True)
class BriefFolder:
    """Implements `ports.store.briefs.BriefFiles`.

    Attributes:
        folder: `.claude/pdev/overlaps`.
        common_dir: Common git directory, whose `info/exclude` hides runtime files.
        clock: Epoch seconds.
    """

    folder: Folder
    common_dir: str
    clock: Callable[[], float]

    def keep(self, briefs: Mapping[str, Brief]) -> None:
        """See `BriefFiles.keep`. What does not fit is left out from the end."""
        for name, brief in briefs.items():
            self._keep(name + SUFFIX, _fitting(brief))
        for entry in self.folder.names():
            if entry.endswith(SUFFIX) and entry[: -len(SUFFIX)] not in briefs:
                self.folder.remove(entry)

    def _keep(self, entry: str, paths: dict[str, Json]) -> None:
        now = self.clock()
        standing = json_document.load(self.folder, entry).data
        at = json_document.real(standing.get("at"))
        fresh = at is not None and 0 <= now - at < FRESH
        same = standing.get("schema") == SCHEMA and standing.get("paths") == paths
        if fresh and same:
            return
        with suppress(OSError, UnusableFileError):  # then it shows as untracked, no more
            if not git_exclude.stands(self.common_dir):
                git_exclude.add(Path(self.common_dir))
        data: dict[str, Json] = {"schema": SCHEMA, "at": now, "paths": paths}
        line = strict_json.compact(data).encode() + b"\n"
        self.folder.write(entry, line, lasting=False)


def _fitting(brief: Brief) -> dict[str, Json]:
    room = MOST_BYTES
    kept: dict[str, Json] = {}
    for path, told in brief.items():
        entries: list[Json] = [dict(each) for each in told]
        room -= len(strict_json.compact({path: entries}))
        if room < 0:
            break
        kept[path] = entries
    return kept
