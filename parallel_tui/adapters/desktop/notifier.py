"""Show a notification by the first way that works: the library, a program, our terminal."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Final

from parallel_tui.adapters.desktop import library, program
from parallel_tui.model.settings.notify import DesktopWay
from parallel_tui.model.text import osc
from parallel_tui.model.text.safe import safe

_TITLE: Final = 60
_TEXT: Final = 300
"""Characters kept at most."""

_PLAIN: Final = str.maketrans({"<": "‹", ">": "›", "&": "＆"})
"""What a desktop could take for markup, by characters that look alike."""

_AGAIN: Final = 300.0
"""Seconds until a way that failed is tried again."""


class DesktopNotifications:
    """The desktop of the user. Implements `Desktop`.

    Args:
        way: Which ways may be taken.
        env: Our own environment.
        through: Puts a sequence into the form in which the multiplexer around us passes it on to
            the terminal, by whether our window is on a screen; empty where it does not. May take a
            process.
    """

    def __init__(
        self, way: DesktopWay, env: Mapping[str, str], through: Callable[[str, bool], str]
    ) -> None:
        self._way = way
        self._env = env
        self._through = through
        self._failed: dict[DesktopWay, float] = {}

    def tell(self, title: str, text: str) -> bool:
        """See `Desktop.tell`."""
        heading = safe(title, _TITLE).translate(_PLAIN)
        lines = (safe(line, _TEXT) for line in text.splitlines())
        words = "\n".join(lines)[:_TEXT].translate(_PLAIN)
        ways: tuple[tuple[DesktopWay, Callable[[], bool]], ...] = (
            (DesktopWay.LIBRARY, lambda: library.tell(heading, words)),
            (DesktopWay.PROGRAM, lambda: program.tell(heading, words, self._env)),
        )
        for way, take in ways:
            if not self._may(way):
                continue
            if take():
                return True
            self._failed[way] = time.monotonic()
        return False

    def _may(self, way: DesktopWay) -> bool:
        if self._way is way:
            return True
        # What this machine shows is seen by nobody who came from another one.
        if self._way is not DesktopWay.AUTO or self._far:
            return False
        failed = self._failed.get(way)
        return failed is None or time.monotonic() - failed > _AGAIN

    @property
    def _far(self) -> bool:
        """Whether the terminal, and so the desktop, is on another machine."""
        screens = ("DISPLAY", "WAYLAND_DISPLAY")
        here = any(self._env.get(name) for name in screens)
        return not here and any(self._env.get(name) for name in ("SSH_CONNECTION", "SSH_TTY"))

    def in_terminal(self, title: str, text: str, *, shown: bool) -> str:
        """See `Desktop.in_terminal`."""
        if self._way not in (DesktopWay.AUTO, DesktopWay.TERMINAL):
            return ""
        sequence = osc.notification(title, text, self._env)
        return self._through(sequence, shown) if sequence else ""
