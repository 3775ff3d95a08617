"""Which events the person at the screen has seen, per repository, in their own state directory."""

from __future__ import annotations

import hashlib
import os

from parallel_tui.adapters.disk import files, reading
from parallel_tui.adapters.disk.reading import UnusableFileError
from parallel_tui.model.settings.user_dirs import state_dir
from parallel_tui.model.text import strict_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from typing import Final

    from parallel_tui.model.text.strict_json import Json

_FORMAT: Final = 1


class SeenFile:
    """Keeps the ids of events. Implements `SeenEvents`.

    Args:
        common_dir: The repository's shared git directory.
        env: Environment, which says where the state directory is.
    """

    def __init__(self, common_dir: str, env: Mapping[str, str]) -> None:
        self._repository = common_dir
        name = hashlib.sha256(os.fsencode(common_dir)).hexdigest()[:16]
        self._path = state_dir(env) / "seen" / f"{name}.json"

    def read(self) -> frozenset[str] | None:
        """See `SeenEvents.read`."""
        try:
            found = reading.read_json(self._path)
        except UnusableFileError:
            return frozenset()
        if found is None:
            return None
        seen = found.get("seen")
        return frozenset(map(str, seen)) if isinstance(seen, list) else frozenset()

    def keep(self, seen: Collection[str], there: Collection[str]) -> None:
        """See `SeenEvents.keep`."""
        with files.guard(self._path.with_suffix(".guard")):
            ids = sorted(((self.read() or frozenset()) | {*seen}) & {*there})
            document: dict[str, Json] = {"format": _FORMAT, "seen": [*ids]}
            document["repository"] = self._repository.encode("utf-8", "replace").decode()
            files.write_atomically(self._path, strict_json.document(document), mode=0o600)
