"""Which process of a clone does what only one of them may, such as pushing."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from parallel_tui.adapters.disk import flock
from parallel_tui.errors import RefusedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

PUSHING: Final = "share.lock"
"""Of the process that pushes and fetches."""

RUNNING: Final = "host.lock"
"""Of the process that does it without a dashboard."""


class Alone:
    """Implements `OnePusher`: a part that one process has at a time, for as long as it lives.

    Args:
        runtime_dir: Our folder of the git directory.
        name: The part.
    """

    def __init__(self, runtime_dir: str, name: str = PUSHING) -> None:
        self._path = Path(runtime_dir, name)
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
                with suppress(OSError):  # only a message tells it
                    os.ftruncate(made, 0)
                    os.pwrite(made, b"%d\n" % os.getpid(), 0)
                return True
            os.close(made)
        except OSError as error:
            raise RefusedError(
                f"It cannot be said which process works for this clone: {self._path}:"
                f" {error.strerror}"
            ) from error
        return False

    def close(self) -> None:
        """See `OnePusher.close`."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
