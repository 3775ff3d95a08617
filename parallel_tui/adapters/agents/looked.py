"""When somebody last looked at a session, in one small file of the runtime folder."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from parallel_tui.adapters.agents.mechanics import values
from parallel_tui.adapters.disk import reading
from parallel_tui.adapters.disk.files import write_atomically
from parallel_tui.model.text import strict_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

NAME: Final = "looked.json"


class LookedFile:
    """Keeps times of looks; see `ports.agents.Looked`. The last one who writes wins.

    Args:
        folder: The runtime folder; it is made in a git directory, and nowhere else.
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
        times = {key: values.moment(at) for key, at in found.items()}
        return {key: at for key, at in times.items() if at is not None}

    def mark(self, times: Mapping[str, float]) -> None:
        """See `Looked.mark`."""
        told: dict[str, strict_json.Json] = {key: round(at, 3) for key, at in times.items()}
        folder = Path(self._folder)
        with suppress(OSError):
            folder.mkdir(exist_ok=True)
            data = strict_json.document({"schema": 1, "looked": told})
            write_atomically(folder / NAME, data)
