"""Regular expressions that are compiled when they are first used.

Compiling one costs as much as importing a module, and a command uses few of those that it knows.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from re import compile as pattern
    from typing import Any

    __all__ = ["pattern"]


class _Pattern:
    """Stands for a compiled expression: has all that one has."""

    def __init__(self, text: str | bytes, flags: int = 0) -> None:
        self._text = text
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        import re

        found = getattr(re.compile(self._text, self._flags), name)
        setattr(self, name, found)
        return found


if not TYPE_CHECKING:
    pattern = _Pattern
