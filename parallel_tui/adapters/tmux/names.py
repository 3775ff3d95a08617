"""Escape names and arguments for tmux.

tmux expands formats in window names, session names and start directories, and `#(…)` in a format
runs a command; git allows such text in a branch name and a file system in a path. So names are on
an allow-list (`panes.names`), and what cannot be is escaped.
"""

from __future__ import annotations

import re
from typing import Final

_ODD_BYTE: Final = re.compile("[\udc80-\udcff]")

WINDOW_ID: Final = re.compile(r"@[0-9]+")
"""What tmux calls a window by; anything else could be a pattern that meets another one."""


PANE_ID: Final = re.compile(r"%[0-9]+")
"""The same for a pane."""


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


def key_name(key: str) -> str:
    """A tmux key in words: `C-b` is `Ctrl+b`."""
    return key.replace("C-", "Ctrl+").replace("M-", "Alt+").replace("S-", "Shift+")
