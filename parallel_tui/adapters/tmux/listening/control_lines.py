"""The line protocol of tmux's control mode: what it prints, and how commands are written. Pure.

An answer stands between `%begin` and an `%end` or `%error` with the same three numbers; any other
line with a percent sign is a notification. Within an answer nothing else is ever printed. What
programs made (a directory's name, say) is printed as it is, newlines included: a line may be
anything, so whoever asks puts a secret mark at the end of what it wants to hear.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from parallel_tui.adapters.tmux.names import quoted
from parallel_tui.record import dataclass, field

_BEGIN: Final = b"%begin "
_GOOD: Final = b"%end "
_BAD: Final = b"%error "


@dataclass(frozen=True, slots=True)
class Answer:
    """What one command printed.

    Attributes:
        good: Whether it succeeded.
        text: As a process of its own would have printed it; why, when it failed.
    """

    good: bool
    text: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that tmux tells unasked.

    Attributes:
        word: Which, without the percent sign: `window-add`.
        rest: What follows, as it stands: `@3`.
    """

    word: str
    rest: str


@dataclass
class ControlParser:
    """Reads what a control client prints, however it is cut into pieces."""

    _rest: bytes = b""
    _numbers: bytes | None = None
    _lines: list[bytes] = field(default_factory=list)

    def feed(self, data: bytes) -> list[Answer | Notice]:
        """Take over the next piece; what is complete with it."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        return [found for line in lines if (found := self._line(line)) is not None]

    def _line(self, line: bytes) -> Answer | Notice | None:
        if self._numbers is not None:
            good = line == _GOOD + self._numbers
            if not good and line != _BAD + self._numbers:
                self._lines.append(line)
                return None
            text = b"".join(each + b"\n" for each in self._lines)
            self._numbers, self._lines = None, []
            return Answer(good, _text(text))
        if line.startswith(_BEGIN):
            self._numbers = line.removeprefix(_BEGIN)
            return None
        if line[:1] != b"%":
            return None  # the rest of a name that holds a newline
        word, _, rest = line[1:].partition(b" ")
        return Notice(_text(word), _text(rest))


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def line_of(commands: Sequence[Sequence[str]]) -> bytes:
    """One line that gives commands; the first that fails ends it.

    Args:
        commands: Words of each command; each word reaches tmux as it is.
    """
    line = " ; ".join(" ".join(map(quoted, words)) for words in commands)
    return line.encode("utf-8", "surrogateescape") + b"\n"
