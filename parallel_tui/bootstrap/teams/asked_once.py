"""A neighbour that is asked the same thing once, for many sessions at a time."""

from __future__ import annotations

from parallel_tui.model.lazy import Later

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class AskedOnce(Later):
    """A neighbour of which some questions are asked once, for one plan of many sessions.

    Args:
        make: The neighbour.
        once: Names of those questions.
    """

    def __init__(self, make: Callable[[], Any], once: frozenset[str]) -> None:
        super().__init__(make)
        self._once = once
        self._answers: dict[object, Any] = {}

    def __getattr__(self, name: str) -> Any:
        found = super().__getattr__(name)
        if name not in self._once:
            return found

        def ask(*given: Any) -> Any:
            key = (name, *given)
            if key not in self._answers:
                self._answers[key] = found(*given)
            return self._answers[key]

        return ask
