"""Record when each part was last read, and whether that reading still counts; see `retry`."""

from __future__ import annotations

import threading

from parallel_tui.engine.retry import PATIENCE, doubtful, doubtful_at
from parallel_tui.model.session.freshness import Slice
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from contextlib import AbstractContextManager
    from typing import Final

Began = tuple[float, float]
"""When a look began: seconds of the steady clock, and epoch seconds."""

Key = tuple[Slice, str]
"""A part, and whose: the git directory of a worktree, or nothing where one look answers for all."""

WINDOWS: Final[Key] = (Slice.WINDOWS, "")
COMMITS: Final[Key] = (Slice.COMMITS, "")


def work_of(git_dir: str) -> Key:
    """Key of the read of one worktree's uncommitted work."""
    return Slice.WORK, git_dir


@dataclass(slots=True)
class _Look:
    asked: float | None = None
    asked_at: float = 0.0
    looked: float | None = None
    as_of: float = 0.0
    failed: bool = False


class Looks:
    """Records when each part was last read. Thread-safe.

    Args:
        clock: Epoch seconds, for what is shown.
        steady: Seconds on a clock that is never set, for what is decided.
        lock: Held while times are read or changed.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        steady: Callable[[], float],
        lock: AbstractContextManager[object] | None = None,
    ) -> None:
        self._lock = lock or threading.RLock()
        self._clock = clock
        self._steady = steady
        self._looks: dict[Key, _Look] = {}

    def begin(self, key: Key) -> Began:
        """Record the start of a read; pass the returned value to `done`."""
        with self._lock:
            look = self._looks.setdefault(key, _Look())
            look.asked, look.asked_at = self._steady(), self._clock()
            return look.asked, look.asked_at

    def began(self, part: Slice, whose: str) -> float:
        """When the running read began, in epoch seconds."""
        with self._lock:
            return self._looks[part, whose].asked_at

    def done(self, key: Key, began: Began) -> None:
        """Record a complete read; its result holds for the time when the read began."""
        with self._lock:
            self._looks[key] = _Look(looked=began[0], as_of=began[1])

    def enough(self, key: Key) -> None:
        """Record the end of a read that covered only some of the part."""
        with self._lock:
            self._looks.setdefault(key, _Look()).asked = None

    def failed(self, key: Key) -> None:
        """Record a failed read."""
        with self._lock:
            look = self._looks.setdefault(key, _Look())
            look.asked, look.failed = None, True

    def keep(self, git_dirs: Collection[str]) -> None:
        """Forget the reads of all worktrees but these."""
        with self._lock:
            for key in [key for key in self._looks if key[1] and key[1] not in git_dirs]:
                del self._looks[key]

    def as_of(self, key: Key, *, told: bool = True) -> float | None:
        """Since when a value is doubtful, in epoch seconds; `None` while it is not.

        Args:
            key: Which.
            told: Whether somebody tells when it changes.
        """
        with self._lock:
            look = self._looks.get(key)
            if look is None:
                return None
            doubt = doubtful(
                self._steady(), failed=look.failed, asked=look.asked, looked=look.looked, told=told
            )
            return look.as_of if doubt else None

    def overdue(self) -> list[Key]:
        """The reads that have been running for too long."""
        with self._lock:
            late = self._steady() - PATIENCE
            return sorted(
                key
                for key, look in self._looks.items()
                if look.asked is not None and look.asked <= late
            )

    def next_doubt(self, *, told: bool) -> float | None:
        """Seconds until `as_of` or `overdue` will change without news.

        Args:
            told: Whether somebody tells when work changes.
        """
        with self._lock:
            now, times = self._steady(), []
            for (part, _), look in self._looks.items():
                heard = told or part is not Slice.WORK
                times.append(doubtful_at(asked=look.asked, looked=look.looked, told=heard))
                times.append(None if look.asked is None else look.asked + PATIENCE)
            return min((at - now for at in times if at is not None and at > now), default=None)
