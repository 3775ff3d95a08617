"""Keep keys that were typed before their target is on screen."""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import Enum
from typing import Final

from textual.events import Key

PATIENCE: Final = 2.0
"""Seconds after which held keys go where the focus is, whatever became of the form."""


QUIET: Final = 0.3
"""Seconds without a key after which something may be done that would keep one waiting."""


class Opens(Enum):
    """Kind of screen that a command opens."""

    NOTHING = "nothing"
    FORM = "form"
    """The keys typed meanwhile are for it, such as the name of a session after `n`."""
    QUESTION = "question"
    """They are no answer to what nobody could have read; only Escape is kept."""


class Typeahead:
    """Holds back the keys typed after a command, until its form can take them.

    Args:
        deliver: Handles a key as if it came now.
    """

    def __init__(self, deliver: Callable[[Key], object]) -> None:
        self._deliver = deliver
        self._for = Opens.NOTHING
        self._keys: list[Key] = []
        self._pressed = time.monotonic()

    def hold(self, opens: Opens) -> None:
        """Hold back keys from now on, for the screen that will open."""
        self._for = opens

    def take(self, key: Key) -> bool:
        """Whether a key is held back or dropped; keys with Ctrl never are."""
        self._pressed = time.monotonic()
        if self._for is Opens.NOTHING or key.key.startswith("ctrl+"):
            return False
        if self._for is Opens.FORM or key.key == "escape":
            self._keys.append(key)
        return True

    def release(self) -> None:
        """Release the held keys: the form is ready, or will not come."""
        self._for = Opens.NOTHING
        held, self._keys = self._keys, []
        for key in held:
            self._deliver(key)

    def wait_for_quiet(self) -> None:
        """Wait until no key has been pressed for a moment; for any thread but the main one."""
        while (left := self._pressed + QUIET - time.monotonic()) > 0:
            time.sleep(left)
