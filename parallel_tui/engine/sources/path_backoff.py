"""Back off from files that change often without affecting git status, such as ignored logs."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Final

_PATIENCE: Final = 4
_FIRST: Final = 0.2
_LAST: Final = 2.0
_FORGIVEN: Final = 5.0
_MOST: Final = 1000


class PathBackoff:
    """Delays reads of a path whose changes repeatedly did not affect git status.

    Waiting is per path, so that a log does not hold up the edit beside it; and it is only waiting:
    every hint is followed by a look.
    """

    def __init__(self) -> None:
        self._vain: dict[str, tuple[int, float]] = {}

    def delay(self, path: str, now: float) -> float:
        """Seconds to wait before a path is read again; mostly 0."""
        count, last = self._vain.get(path, (0, now))
        if now - last > _FORGIVEN:
            del self._vain[path]
            return 0.0
        if count < _PATIENCE:
            return 0.0
        return float(min(_FIRST * 2 ** (count - _PATIENCE), _LAST))

    def looked(self, paths: Iterable[str], changed: bool, now: float) -> None:
        """Record whether reading some paths together showed any difference."""
        for path in paths:
            if changed:
                self._vain.pop(path, None)
            elif len(self._vain) < _MOST or path in self._vain:
                self._vain[path] = (self._vain.get(path, (0, now))[0] + 1, now)
