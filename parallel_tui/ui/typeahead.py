"""Handle keys in the order of typing, and keep those typed before their target is on screen."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from textual.events import Key, Paste
from textual.message_pump import MessagePump

if TYPE_CHECKING:
    from textual.app import App

QUIET: Final = 0.3
"""Seconds without a key after which something may be done that would keep one waiting."""

LOST: Final = 2.0
"""Seconds after which the next key is handled although nobody said that the last one was: the
widget that had it was taken down meanwhile."""

AT_ONCE: Final = frozenset({"ctrl+q", "ctrl+z"})
"""Keys that never wait: whatever happens, the program can be left."""


class Opens(Enum):
    """What comes next, for the keys that are typed until it is there."""

    NOTHING = "nothing"
    FORM = "form"
    """The keys are for it, such as the name of a session after `n`."""
    QUESTION = "question"
    """They are no answer to what nobody could have read; only Escape is kept."""
    ANSWER = "answer"
    """Something was sent off. The keys are for what comes after it; Escape takes it back."""


class Typeahead:
    """Hands on one key after another, and holds them back while their target is not there.

    A key is handled when the one before it is done with, by the widget that got it and by all that
    its messages reach: else Enter would send off a form that goes on being typed into, and what
    follows Tab would land in the field before.

    Args:
        deliver: Handles a key as if it came now.
    """

    def __init__(self, deliver: Callable[[Key | Paste], object]) -> None:
        self._deliver = deliver
        self._for = Opens.NOTHING
        self._token = 0
        self._line: deque[Key | Paste] = deque()
        self._next: Key | Paste | None = None
        self._handling: object = None
        self._pressed = time.monotonic()

    @property
    def waits_for(self) -> Opens:
        """What keys are held back for."""
        return self._for

    def hold(self, opens: Opens) -> int:
        """Hold back keys from now on, for what will come; returns a token for `release`."""
        self._for = opens
        self._token += 1
        return self._token

    def take(self, key: Key | Paste) -> bool:
        """Whether a key has to wait, or is dropped; else it is to be handled now."""
        self._pressed = time.monotonic()
        name = _name(key)
        if name in AT_ONCE:
            return False
        ours = key is self._next
        if ours:
            self._next = None
        elif self._handling is not None or self._next is not None:
            if self._for is not Opens.QUESTION or name == "escape":
                self._line.append(key)
            return True
        if self._for is Opens.NOTHING:
            return False
        if self._for is Opens.ANSWER and name == "escape":
            if not ours:
                self._line.clear()  # what was typed before it is taken back as well
            return False
        if ours:  # it is the oldest
            self._line.appendleft(key)
        elif self._for is not Opens.QUESTION or name == "escape":
            self._line.append(key)
        if self._for is Opens.QUESTION:
            self._line = deque(each for each in self._line if _name(each) == "escape")
        return True

    def handled_by(self, target: MessagePump) -> None:
        """Let the next key come once a widget, and all that it told, is done with this one."""
        mark = self._handling = object()
        done = lambda: self._done(mark)  # noqa: E731
        asyncio.get_running_loop().call_later(LOST, done)
        _after(target, done)

    def _done(self, mark: object) -> None:
        if mark is self._handling:
            self._handling = None
            self.go_on()

    def go_on(self) -> None:
        """Deliver the oldest key that waits, if it need not wait any longer."""
        if self._handling is not None or self._next is not None or not self._line:
            return
        if self._for is Opens.NOTHING:
            self._next = self._line.popleft()
        elif self._for is Opens.QUESTION:
            self._line = deque(each for each in self._line if _name(each) == "escape")
        elif self._for is Opens.ANSWER:
            # Escape is not for what comes next, so it does not wait for it.
            while self._next is None and any(_name(each) == "escape" for each in self._line):
                first = self._line.popleft()
                self._next = first if _name(first) == "escape" else None
        if self._next is not None:
            self._deliver(self._next)

    def release(self, token: int | None = None) -> None:
        """Hand on the held keys: what they are for is there.

        Args:
            token: Of a `hold` that may have been followed by another, which then goes on.
        """
        if token is None or token == self._token:
            self._end()
            self.go_on()

    def ask(self) -> None:
        """A question is there: what was typed before is no answer to it, but for Escape."""
        self._end()
        self._line = deque(each for each in self._line if _name(each) == "escape")
        self.go_on()

    def drop(self, token: int) -> bool:
        """Forget the held keys: what they are for will not come; whether there were any.

        Args:
            token: Of the `hold`; nothing happens when that has ended.
        """
        if token != self._token or self._for is Opens.NOTHING:
            return False
        self._end()
        lost = bool(self._line)
        self._line.clear()
        return lost

    def _end(self) -> None:
        self._for = Opens.NOTHING
        self._token += 1  # what was held before cannot be released twice

    def wait_for_quiet(self) -> None:
        """Wait until no key has been pressed for a moment; for any thread but the main one."""
        while (left := self._pressed + QUIET - time.monotonic()) > 0:
            time.sleep(left)


def _after(target: MessagePump, done: Callable[[], None]) -> None:
    """Call a function when a widget has handled what it was sent, and all around it as well.

    A key goes up to the application, which finds what it is bound to; that may be a message of the
    widget's, which goes up again. So every queue on the way is gone through twice.
    """
    hops = 2 * _upwards(target)

    def hop() -> None:
        while hops:
            if hops.pop(0).call_later(hop):
                return
        done()

    hop()


def _upwards(target: MessagePump) -> list[MessagePump]:
    """A widget and all that it stands in, up to the application."""
    found: list[MessagePump] = []
    node: MessagePump | None = target
    while node is not None:
        found.append(node)
        node = node._parent
    return found


def _name(key: Key | Paste) -> str:
    """Name of a key; empty for what was pasted."""
    return key.key if isinstance(key, Key) else ""


def typeahead_of(app: App[Any]) -> Typeahead:
    """The typeahead of an application; one without any effect where it has none."""
    found = getattr(app, "typeahead", None)
    return found if isinstance(found, Typeahead) else Typeahead(lambda key: None)
