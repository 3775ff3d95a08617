"""Texts as a server can hold them: PostgreSQL has no NUL, and UTF-8 no half surrogates."""

from __future__ import annotations

import re
from typing import Final

_ODD: Final = re.compile("[\\\\\x00\ud800-\udfff]")
_ESCAPED: Final = re.compile(r"\\(\\|u[0-9a-f]{4})")


def escaped(text: str) -> str:
    r"""A text in which a backslash is doubled, and what no server holds is `\uXXXX`."""
    return _ODD.sub(lambda match: _escape(match[0]), text)


def unescaped(text: str) -> str:
    """Undo `escaped`."""
    return _ESCAPED.sub(lambda match: _char(match[1]), text)


def _escape(char: str) -> str:
    return "\\\\" if char == "\\" else f"\\u{ord(char):04x}"


def _char(code: str) -> str:
    return "\\" if code == "\\" else chr(int(code[1:], 16))
