r"""Quote words for GNU Screen's own parser. Pure.

What `-X` and `-Q` carry is parsed by the server: `$NAME` becomes a variable, `^x` and `\ooo`
become characters. `eval` parses each of its words once more. Several hundred bytes in all are
taken, the rest is refused without a word.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Final

LONGEST: Final = 600
"""Bytes of a command that surely arrives: a server takes 768, quotes and escapes of its own
included."""

_MEANT: Final = frozenset(b"\\^$\"'#")
_ENDS: Final = frozenset(b"|;&")


def word(text: str) -> str:
    """A word that reaches a command as it is."""
    return os.fsdecode(_escaped(os.fsencode(text), _MEANT))


def line(words: Sequence[str]) -> str:
    """A command with its words, as one word for `eval`."""
    inner = b" ".join(b'"' + _escaped(os.fsencode(each), _MEANT | _ENDS) + b'"' for each in words)
    return os.fsdecode(_escaped(inner, frozenset(b"\\^$\"'")))


def pieces(text: str, longest: int = LONGEST) -> Iterator[str]:
    """A text to type, in words that are each short enough.

    Args:
        text: Anything; line ends stay line feeds.
        longest: Bytes of a word.
    """
    piece = b""
    for character in text:
        escaped = _escaped(character.encode("utf-8", "replace"), _MEANT)
        if len(piece) + len(escaped) > longest:
            yield os.fsdecode(piece)
            piece = b""
        piece += escaped
    if piece:
        yield os.fsdecode(piece)


def _escaped(data: bytes, special: frozenset[int]) -> bytes:
    return b"".join(
        b"\\%03o" % byte if byte in special or byte < 0x20 or byte == 0x7F else bytes((byte,))
        for byte in data
    )
