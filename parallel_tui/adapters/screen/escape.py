"""The key before all other keys of GNU Screen, as its user's settings name it.

A server does not tell it. What is set later, or in a file that another one sources, is not seen.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Final

from parallel_tui.adapters.disk import reading
from parallel_tui.errors import CouldNotLookError

_DEFAULT: Final = "Ctrl+a"
_MOST: Final = 1 << 20


def escape_key(env: Mapping[str, str]) -> str:
    """The key in words, such as `Ctrl+a`."""
    users = env.get("SCREENRC") or os.path.join(env.get("HOME", "/"), ".screenrc")  # noqa: PTH118
    system = env.get("SYSSCREENRC") or "/etc/screenrc"
    return key_in(line for path in (system, users) for line in _lines(path))


def _lines(path: str) -> list[str]:
    try:
        data = reading.read(path, limit=_MOST, follow=True)
    except CouldNotLookError:
        return []
    return data.decode("utf-8", "replace").splitlines() if data else []


def key_in(lines: Iterable[str]) -> str:
    """The key that lines of a `.screenrc` set last.

    Args:
        lines: `escape ^Bb` makes it Ctrl+b.
    """
    key = _DEFAULT
    for line in lines:
        words = [word.strip("\"'") for word in line.split()]
        if words[:1] in (["escape"], ["defescape"]) and any(words[1:2]):
            key = _named(words[1])
    return key


def _named(text: str) -> str:
    if text[0] == "^" and len(text) > 1:
        return f"Ctrl+{text[1].lower()}"
    if text[0] == "\\" and text[1:4].isdigit():
        code = int(text[1:4], 8)
        return f"Ctrl+{chr(code + 0x60)}" if 0 < code < 27 else chr(code)
    return text[0]
