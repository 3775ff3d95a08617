"""Escape names, option values and arguments for tmux.

tmux expands formats in window names, session names and start directories, and `#(…)` in a format
runs a command; git allows such text in a branch name and a file system in a path. So names are on
an allow-list, what cannot be is escaped, and what we store in options is encoded.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from typing import Final

_FOREIGN: Final = re.compile(r"[^A-Za-z0-9._/-]+")
_FOREIGN_IN_SESSION: Final = re.compile(r"[^A-Za-z0-9_-]+")
_PLAIN: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./")
_ESCAPED: Final = re.compile(rb"=([0-9A-F]{2})")
_ODD_BYTE: Final = re.compile("[\udc80-\udcff]")
_MAX_NAME: Final = 60

WINDOW_ID: Final = re.compile(r"@[0-9]+")
"""What tmux calls a window by; anything else could be a pattern that meets another one."""


PANE_ID: Final = re.compile(r"%[0-9]+")
"""The same for a pane."""


def window_name(text: str) -> str:
    """A window name without anything that tmux, a shell or a status line could misread."""
    return _FOREIGN.sub("-", text)[:_MAX_NAME].strip("-") or "session"


def session_name(wish: str, taken: Collection[str]) -> str:
    """A free name for a tmux session.

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


def literal(text: str) -> str:
    """Escape text for an argument that tmux expands as a format."""
    return text.replace("#", "##")


def argument(text: str) -> str:
    """Escape text for any argument: a trailing semicolon would begin the next command."""
    return text[:-1] + "\\;" if text.endswith(";") else text


def quoted(text: str) -> str:
    """A word for tmux's own parser, which reads hooks, nested commands and control mode."""
    for special in ("\\", '"', "$"):
        text = text.replace(special, "\\" + special)
    text = text.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    # a byte of no character may be the end of everything to that parser
    text = _ODD_BYTE.sub(lambda found: f"\\{ord(found[0]) & 0xFF:03o}", text)
    # a tilde at the beginning would be somebody's home directory
    return f'"\\{text}"' if text.startswith("~") else f'"{text}"'


def encode(text: str) -> str:
    """A value for a user option, of letters, digits and `-_./=` only."""
    return "".join(chr(byte) if byte in _PLAIN else f"={byte:02X}" for byte in os.fsencode(text))


def decode(value: str) -> str:
    """Decode a value of `encode`; any other value is returned unchanged."""
    raw = os.fsencode(value)
    return os.fsdecode(_ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), raw))


def key_name(key: str) -> str:
    """A tmux key in words: `C-b` is `Ctrl+b`."""
    return key.replace("C-", "Ctrl+").replace("M-", "Alt+").replace("S-", "Shift+")
