"""Least-recently-used cache with a bound."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final, Generic, TypeVar

    Key = TypeVar("Key", bound=Hashable)
    Value = TypeVar("Value")
else:
    # For type checkers alone, and importing `typing` is a twentieth of a check.
    Key = Value = None
    Generic = {(Key, Value): object}


HORIZON: Final = 32
"""Rounds after which a value that nobody asked for is forgotten."""


class Bounded(Generic[Key, Value]):
    """A mapping with a bound on the weight of its values. Not thread-safe.

    What was of use once may never be again: every edit makes new trees. So the bound alone would
    only say how much of that is piled up; `age` forgets it.

    Args:
        most: Weight at which the oldest go; a single heavier value is not kept.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Key, tuple[Value, int, int]] = OrderedDict()
        self._weight = 0
        self._round = 0

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Key) -> Value | None:
        """The value of a key, if it is in the cache."""
        found = self._kept.get(key)
        if found is None:
            return None
        if found[2] != self._round:
            self._kept[key] = (found[0], found[1], self._round)
        self._kept.move_to_end(key)
        return found[0]

    def put(self, key: Key, value: Value, weight: int = 1) -> None:
        """Store a value.

        Args:
            key: Its key.
            value: It.
            weight: What it counts for.
        """
        self._weight += weight - self._kept.pop(key, (value, 0, 0))[1]
        self._kept[key] = (value, weight, self._round)
        while self._weight > self._most:
            self._weight -= self._kept.popitem(last=False)[1][1]

    def age(self, horizon: int = HORIZON) -> None:
        """End a round: drop what was not used in the last `horizon` rounds."""
        self._round += 1
        while self._kept:
            _, weight, used = next(iter(self._kept.values()))
            if self._round - used <= horizon:
                return
            self._kept.popitem(last=False)
            self._weight -= weight

    def clear(self) -> None:
        """Drop everything."""
        self._kept.clear()
        self._weight = 0
