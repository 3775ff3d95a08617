"""Keep what a clone shares in its git directory: its user chooses, never the repository."""

from __future__ import annotations

from pathlib import Path

from parallel_tui.adapters.disk import files, reading
from parallel_tui.errors import disk_refused
from parallel_tui.model.hosts.shared import ShareMode, is_host_name
from parallel_tui.model.hosts.view import Sharing
from parallel_tui.model.session.repository import SHARE_FILE
from parallel_tui.model.text import strict_json
from parallel_tui.record import dataclass

_FORMAT = 1
_REMEDY = (
    "Nothing is shared by it. Take back what was, with pdev host share off, which writes it anew;"
    " then choose again."
)


@dataclass(frozen=True, slots=True)
class ShareFile:
    """Implements `ShareChoice`: `share.json` in our folder of the git directory.

    Attributes:
        runtime_dir: That folder.
    """

    runtime_dir: str

    @property
    def path(self) -> Path:
        """The file, which need not exist."""
        return Path(self.runtime_dir, SHARE_FILE)

    def read(self) -> Sharing:
        """See `ShareChoice.read`."""
        try:
            found = reading.read_json(self.path)
        except reading.UnusableFileError as error:
            raise reading.UnusableFileError(error.message, hint=_REMEDY) from error
        if found is None:
            return Sharing()
        said = [found.get(each) for each in ("mode", "remote", "host", "clone")]
        mode, remote, host, clone = (each if isinstance(each, str) else "" for each in said)
        whole = remote and clone and is_host_name(host)
        if mode == ShareMode.OFF and not whole:
            return Sharing()
        if mode not in set(ShareMode) or not whole:
            # Nothing leaves by a choice that cannot be understood, and it is not told to be off.
            raise reading.UnusableFileError(
                f"{self.path} does not say what is shared from here as this pdev expects it",
                hint=_REMEDY,
            )
        return Sharing(ShareMode(mode), remote, host, clone)

    def write(self, sharing: Sharing) -> None:
        """See `ShareChoice.write`."""
        said = {
            "format": _FORMAT,
            "mode": sharing.mode.value,
            "remote": sharing.remote,
            "host": sharing.host,
            "clone": sharing.clone,
        }
        try:
            files.write_atomically(self.path, strict_json.document({**said}))
        except OSError as error:
            raise disk_refused("What is shared cannot be noted", error) from error
