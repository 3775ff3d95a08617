"""Which process of a clone pushes, where several dashboards look at it."""

from __future__ import annotations

import os
from pathlib import Path

from parallel_tui.adapters.disk import flock
from parallel_tui.errors import RefusedError


class Alone:
    """Implements `OnePusher`: a part that one process has at a time, for as long as it lives.

    Args:
        runtime_dir: Our folder of the git directory.
    """

    def __init__(self, runtime_dir: str) -> None:
        self._path = Path(runtime_dir, "share.lock")
        self._file: int | None = None

    def take(self, seconds: float = 0.0) -> bool:
        """See `OnePusher.take`."""
        if self._file is not None:
            return True
        try:
            self._path.parent.mkdir(exist_ok=True)
            made = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
            if flock.take(made, seconds=seconds):
                self._file = made
                return True
            os.close(made)
        except OSError as error:
            raise RefusedError(
                f"It cannot be said who shares the work of this clone: {self._path}:"
                f" {error.strerror}"
            ) from error
        return False

    def close(self) -> None:
        """See `OnePusher.close`."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
