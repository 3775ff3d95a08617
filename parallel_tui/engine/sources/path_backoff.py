"""Back off from files that change often without affecting git status, such as ignored logs."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from typing import Final

_PATIENCE: Final = 4
_FIRST: Final = 0.2
_LAST: Final = 2.0
_LISTED: Final = 0.4
"""The most for a file that git lists as changed: each further edit of it is work, and may make a
conflict, though the status reads as before."""

_FORGIVEN: Final = 5.0
_MOST: Final = 1000


class PathBackoff:
    """Delays reads of a path whose changes repeatedly did not affect git status.

    Waiting is per path, so that a log does not hold up the edit beside it; and it is only waiting:
    every hint is followed by a look.
    """

    def __init__(self) -> None:
        self._vain: dict[str, tuple[int, float, float]] = {}

    def delay(self, path: str, now: float) -> float:
        """Seconds to wait before a path is read again; mostly 0."""
        count, last, most = self._vain.get(path, (0, now, _LAST))
        if now - last > _FORGIVEN:
            del self._vain[path]
            return 0.0
        if count < _PATIENCE:
            return 0.0
        return float(min(_FIRST * 2 ** (count - _PATIENCE), most))

    def looked(
        self, paths: Iterable[str], changed: bool, now: float, listed: Collection[str] = ()
    ) -> None:
        """Record whether reading some paths together showed any difference.

        Args:
            paths: Which.
            changed: Whether it did.
            now: Monotonic seconds.
            listed: Those of them, or folders above, that the status lists: they have changes.
        """
        folders = tuple(each for each in listed if each.endswith("/"))
        for path in paths:
            if changed:
                self._vain.pop(path, None)
            elif len(self._vain) < _MOST or path in self._vain:
                most = _LISTED if path in listed or path.startswith(folders) else _LAST
                self._vain[path] = (self._vain[path][0] + 1 if path in self._vain else 1, now, most)
