"""Schedule retries after failures, and decide when a value is too old to be shown.

One rule for every source of the live view. A look that fails is repeated after a pause that grows
to `LONGEST`, so that whatever is well again is right on the screen within a minute. Until then the
last value stays, and is marked with its age: a look that failed puts it in doubt at once, one that
has not come back puts it in doubt after `PATIENCE`, and where nobody tells of changes it is in
doubt once it is older than `FRESH`.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

FIRST: Final = 1.0
"""Seconds until a look that failed is repeated the first time."""

LONGEST: Final = 30.0
"""Seconds between two looks at most: with the time a hanging one takes it stays within a minute."""

PATIENCE: Final = 10.0
"""Seconds for which a look may take until what it is to renew counts as old."""

FRESH: Final = 60.0
"""Seconds after which a value counts as old that nobody would have told a change of."""

GIVE_UP: Final = 15.0
"""Seconds after which a look at git is given up the first time."""

GIVE_UP_LAST: Final = 45.0
"""The same when it was given up before: a cold disk may need that long."""


def pause_after(failures: int, *, first: float = FIRST, longest: float = LONGEST) -> float:
    """Seconds to pause after a number of failures in a row; doubles up to `longest`."""
    # No power of a large number: a source may fail for a year.
    return min(first * 2.0 ** min(max(failures, 1) - 1, 30), longest)


def give_up_after(failures: int) -> float:
    """Time limit of a git read in seconds, after a number of timeouts in a row."""
    return min(GIVE_UP * 2.0 ** min(max(failures, 0), 4), GIVE_UP_LAST)


class Backoff:
    """Counts the failures of one source. Not thread-safe.

    Success alone does not start the count anew, or a source that works for a moment each time (a
    child that dies as soon as it is ready) would be tried without a pause for ever. Having worked
    for as long as the longest pause does.

    Attributes:
        failures: In a row, brief successes between them included.
    """

    def __init__(self, *, first: float = FIRST, longest: float = LONGEST) -> None:
        self._first = first
        self._longest = longest
        self._well_since: float | None = None
        self.failures = 0

    def failed(self, now: float) -> float:
        """Count a failure.

        Args:
            now: Seconds on a clock that is never set.

        Returns:
            Seconds until the next look.
        """
        if self._well_since is not None and now - self._well_since >= self._longest:
            self.failures = 0
        self._well_since = None
        self.failures += 1
        return pause_after(self.failures, first=self._first, longest=self._longest)

    def well(self, now: float) -> None:
        """Reset the count after a success."""
        if self._well_since is None:
            self._well_since = now


def doubtful(
    now: float,
    *,
    failed: bool = False,
    asked: float | None = None,
    looked: float | None = None,
    told: bool = True,
) -> bool:
    """Whether a value must be marked as old.

    Args:
        now: Seconds on a clock that is never set.
        failed: Whether the last look at it failed.
        asked: When the look began that is under way, if one is.
        looked: When the look began that the value comes from; `None` when there is no value.
        told: Whether somebody tells when it changes.
    """
    if looked is None:
        return False
    if failed or (asked is not None and now - asked >= PATIENCE):
        return True
    return not told and now - looked >= FRESH


def doubtful_at(*, asked: float | None, looked: float | None, told: bool) -> float | None:
    """When `doubtful` becomes true without news; `None` when only news can make it true."""
    if looked is None:
        return None
    times = [asked + PATIENCE] if asked is not None else []
    times += [] if told else [looked + FRESH]
    return min(times, default=None)
