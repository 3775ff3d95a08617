"""When somebody last looked at a session, in one small file of the runtime folder."""

from __future__ import annotations

import os
from contextlib import suppress

from parallel_tui.adapters.disk import drafts, reading
from parallel_tui.model.text import strict_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

NAME: Final = "looked.json"


class LookedFile:
    """Keeps times of looks; see `ports.agents.Looked`. The last one who writes wins.

    Args:
        folder: The runtime folder; nothing is kept where it is not there.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def read(self) -> Mapping[str, float]:
        """See `Looked.read`."""
        try:
            data = reading.read_json(f"{self._folder}/{NAME}")
        except reading.UnusableFileError:
            return {}
        found = (data or {}).get("looked")
        if not isinstance(found, dict):
            return {}
        return {
            key: float(at)
            for key, at in found.items()
            if isinstance(at, int | float) and not isinstance(at, bool)
        }

    def mark(self, times: Mapping[str, float]) -> None:
        """See `Looked.mark`."""
        told: dict[str, strict_json.Json] = {key: round(at, 3) for key, at in times.items()}
        with suppress(OSError):
            here = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                data = strict_json.document({"schema": 1, "looked": told})
                draft = drafts.write(here, NAME, data)
                os.replace(draft, NAME, src_dir_fd=here, dst_dir_fd=here)
            finally:
                os.close(here)
