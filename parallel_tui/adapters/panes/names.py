"""Names that no multiplexer, shell or status line misreads, and texts encoded into such."""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from typing import Final

_FOREIGN: Final = re.compile(r"[^A-Za-z0-9._/-]+")
_FOREIGN_IN_SESSION: Final = re.compile(r"[^A-Za-z0-9_-]+")
_PLAIN: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./")
_ESCAPED: Final = re.compile(rb"=([0-9A-F]{2})")
_MAX_NAME: Final = 60


def window_name(text: str) -> str:
    """A window name without anything that a multiplexer, a shell or a status line could misread."""
    return _FOREIGN.sub("-", text)[:_MAX_NAME].strip("-") or "session"


def session_name(wish: str, taken: Collection[str]) -> str:
    """A free name for a session of the multiplexer.

    Args:
        wish: Configured name, or the repository's; may hold anything.
        taken: Names of sessions that are not ours; none of them is ever adopted.
    """
    # tmux itself turns ':' and '.' into '_'; a name that changes on the way is not found again.
    base = _FOREIGN_IN_SESSION.sub("-", wish)[:_MAX_NAME].strip("-") or "pdev"
    if base not in taken:
        return base
    number, name = 1, f"{base}-pdev"
    while name in taken:
        number += 1
        name = f"{base}-pdev-{number}"
    return name


def encode(text: str) -> str:
    """A text as letters, digits and `-_./=` only."""
    return "".join(chr(byte) if byte in _PLAIN else f"={byte:02X}" for byte in os.fsencode(text))


def decode(value: str) -> str:
    """Decode a value of `encode`; any other value is returned unchanged."""
    raw = os.fsencode(value)
    return os.fsdecode(_ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), raw))
