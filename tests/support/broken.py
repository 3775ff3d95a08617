"""A neighbour that fails on purpose, at one call, in front of the real one."""

from __future__ import annotations

from typing import Any


class Broken:
    """Passes everything on to a real neighbour, but for one call that fails.

    Args:
        inner: The real one.
        call: Name of the call that fails; empty when the neighbour itself is a function.
        error: What it raises.
        after: Whether the real call is made first, so that its work is done and unreported.
    """

    def __init__(self, inner: Any, call: str, error: BaseException, *, after: bool = False) -> None:
        self._inner, self._call, self._error, self._after = inner, call, error, after

    def __getattr__(self, name: str) -> Any:
        """The real attribute, or the failing call."""
        real = getattr(self._inner, name)
        if name != self._call:
            return real

        def fail(*args: Any, **kwargs: Any) -> Any:
            if self._after:
                real(*args, **kwargs)
            raise self._error

        return fail

    def __call__(self) -> Any:
        """Fail, as a function."""
        raise self._error
