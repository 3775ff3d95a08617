"""Tell another machine's answer from what a shell prints before and behind it. Pure."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_KEPT: Final = 2000
"""Bytes that are kept of what stands before an answer, to tell why there is none."""


def opening(mark: str) -> bytes:
    """What stands before an answer, on a line of its own or behind a line without an end."""
    return f"pdev-answers {mark}\n".encode()


def closing(mark: str) -> bytes:
    """What stands behind an answer, immediately."""
    return f"pdev-answered {mark}\n".encode()


class Between:
    """Passes on what stands between the two marks, as it comes.

    Attributes:
        begun: Whether the answer has begun.
        ended: Whether it has ended.
    """

    def __init__(self, mark: str) -> None:
        self._opening, self._closing = opening(mark), closing(mark)
        self._held = b""
        self.begun = self.ended = False

    def feed(self, chunk: bytes) -> bytes:
        """What of the answer can be passed on once more has come."""
        if self.ended:
            return b""
        self._held += chunk
        if not self.begun:
            _, found, rest = self._held.partition(self._opening)
            if not found:
                self._held = self._held[-_KEPT:]
                return b""
            self.begun, self._held = True, rest
        answer, found, _ = self._held.partition(self._closing)
        if found:
            self.ended, self._held = True, b""
            return answer
        # As much as may be the beginning of the mark waits for what follows.
        sizes = range(min(len(self._closing), len(answer)), 0, -1)
        kept = next((n for n in sizes if self._closing.startswith(answer[-n:])), 0)
        ready = len(answer) - kept
        self._held = answer[ready:]
        return answer[:ready]

    @property
    def before(self) -> str:
        """The end of what was printed while no answer has begun."""
        return "" if self.begun else self._held.decode("utf-8", "surrogateescape")

    def rest(self) -> bytes:
        """What was held back, when nothing more comes: an answer that was cut off."""
        if not self.begun:
            return b""
        held, self._held = self._held, b""
        return held


def between(output: str, mark: str) -> str | None:
    """All of an answer; `None` where it has not begun."""
    _, begun, rest = output.partition(opening(mark).decode())
    return rest.partition(closing(mark).decode())[0] if begun else None
