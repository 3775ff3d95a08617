"""Port for what agents are told, at an edit, of other sessions' changes of the same file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

Told = Mapping[str, str]
"""One other session's change of a path: `session`, `level` and `hunk`."""

Brief = Mapping[str, Sequence[Told]]
"""What one session is told, by path."""


class BriefFiles(Protocol):
    """One file a session, which `hook.py` reads."""

    def keep(self, briefs: Mapping[str, Brief]) -> None:
        """Make the files say just this; those that say it and are fresh enough stay untouched.

        Args:
            briefs: By name of the session in file names. All other files are removed.

        Raises:
            ParallelError: When the folder cannot be read or written.
        """
        ...
