"""What the process that pushes has come to, for the others of its clone."""

from __future__ import annotations

from pathlib import Path

from parallel_tui.adapters.disk import files, reading
from parallel_tui.errors import disk_refused
from parallel_tui.model.hosts.shared import is_host_name
from parallel_tui.model.hosts.view import SharedWork, SharingNote
from parallel_tui.model.session.repository import SHARE_NOTE
from parallel_tui.model.text import strict_json
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.model.text.strict_json import Json

_FORMAT = 1
_LONGEST = 1e10
"""Seconds between the times of two clocks: more than either can be wrong by."""


@dataclass(frozen=True, slots=True)
class ShareNoteFile:
    """Implements `ShareNote`: `share-done.json` in our folder of the git directory.

    Attributes:
        runtime_dir: That folder.
    """

    runtime_dir: str

    @property
    def path(self) -> Path:
        """The file, which need not exist."""
        return Path(self.runtime_dir, SHARE_NOTE)

    def stamp(self) -> object:
        """See `ShareNote.stamp`."""
        try:
            seen = self.path.lstat()
        except OSError:
            return None
        return seen.st_ino, seen.st_mtime_ns

    def read(self) -> SharingNote:
        """See `ShareNote.read`."""
        found = reading.read_json(self.path) or {}
        names, held, trouble = (found.get(each) for each in ("names", "held", "trouble"))
        lags = found.get("lags")
        shown = [each for each in names if isinstance(each, str)] if isinstance(names, list) else ()
        kept = held.items() if isinstance(held, dict) else ()
        reasons = tuple((name, why) for name, why in kept if isinstance(why, str))
        known = lags.items() if isinstance(lags, dict) else ()
        numbers = ((host, lag) for host, lag in known if isinstance(lag, int | float))
        return SharingNote(
            SharedWork(tuple(shown), reasons),
            trouble if isinstance(trouble, str) else "",
            tuple(each for each in numbers if is_host_name(each[0]) and abs(each[1]) <= _LONGEST),
        )

    def write(self, told: SharingNote) -> None:
        """See `ShareNote.write`."""
        said: dict[str, Json] = {
            "format": _FORMAT,
            "names": [*told.sent.names],
            "held": dict(told.sent.held),
            "trouble": told.trouble,
            "lags": dict(told.lags),
        }
        try:
            text = strict_json.document(said)
            files.write_atomically(self.path, text)
        except OSError as error:
            raise disk_refused("What was shared cannot be noted", error) from error
