"""What something used over the last minutes, in steps of equal length. Pure."""

from __future__ import annotations

from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

STEP: Final = 30.0
"""Seconds that one value stands for."""

STEPS: Final = 20
"""How many values are kept: ten minutes."""

_BARS: Final = "▁▂▃▄▅▆▇█"


@dataclass(slots=True)
class Trend:
    """Values over time, as a mean of each step; only steps that are over are told.

    Attributes:
        sums: Value times seconds by step.
        at: When the last value ended, in seconds of a clock that only goes forward; `None` before
            the first.
    """

    sums: dict[int, float]
    at: float | None = None

    @classmethod
    def new(cls) -> Trend:
        """One without a value."""
        return cls({})

    def add(self, value: float, now: float) -> None:
        """Add a value that held since the one before.

        Args:
            value: The value.
            now: The time.
        """
        since, self.at = self.at, now
        if since is None:
            return
        since = max(since, now - STEP * STEPS)
        step = int(since // STEP)
        while step * STEP < now:
            held = min(now, (step + 1) * STEP) - max(since, step * STEP)
            self.sums[step] = self.sums.get(step, 0.0) + value * held
            step += 1
        for old in [each for each in self.sums if each <= now // STEP - STEPS - 1]:
            del self.sums[old]

    def told(self) -> tuple[int, ...]:
        """The means of the steps that are over, the newest last; none where all are 0."""
        if self.at is None:
            return ()
        last = int(self.at // STEP)
        means = [round(self.sums.get(step, 0.0) / STEP) for step in range(last - STEPS, last)]
        while means and means[0] == 0:
            means.pop(0)
        return tuple(means)


def together(trends: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    """The sum of several, which end at the same time."""
    length = max((len(each) for each in trends), default=0)
    padded = [(*(0,) * (length - len(each)), *each) for each in trends]
    return tuple(sum(values) for values in zip(*padded, strict=True))


def spark(values: Sequence[int], highest: int = 0) -> str:
    """Values as bars on one line: `▁▁▃█`.

    Args:
        values: None of them below 0.
        highest: What a full bar stands for at least; so that little is not drawn as much.
    """
    top = max([highest, *values, 1])
    return "".join(_BARS[min(len(_BARS) - 1, value * len(_BARS) // (top + 1))] for value in values)
