"""Format patches as lines with highlighted words. Pure; long ones need a thread."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, NamedTuple

from parallel_tui.model.text.safe import safe

if TYPE_CHECKING:  # 20 ms that the first paint does not wait for
    from pygments.lexer import Lexer

LEXED: Final = 200_000
"""Characters of a patch beyond which its words stay uncoloured; a second of lexing."""

LONGEST: Final = 2_000
"""Characters shown of one line; minified files have one line."""

_TAB: Final = 8

_WORDS: Final[tuple[tuple[tuple[str, ...], str], ...]] = (
    (("Comment",), "comment"),
    (("Literal", "String"), "string"),
    (("Literal", "Number"), "number"),
    (("Keyword",), "keyword"),
    (("Operator", "Word"), "keyword"),
    (("Name", "Function"), "name"),
    (("Name", "Class"), "name"),
    (("Name", "Decorator"), "name"),
    (("Name", "Tag"), "name"),
)
"""Kinds of tokens, as Pygments names them from the general to the special, and our few."""


class CodeLine(NamedTuple):
    """One line of a patch.

    Attributes:
        kind: `added`, `removed`, `context`, `hunk` or `note`.
        words: Runs of text with the sort of word each is; an empty sort for plain text.
    """

    kind: str
    words: tuple[tuple[str, str], ...]


_KINDS: Final = {"+": "added", "-": "removed", " ": "context", "@": "hunk"}


def plain(patch: str) -> list[CodeLine]:
    """The lines of a patch, without syntax colours."""
    return [_plain(raw) for raw in _rows(patch)]


def coloured(patch: str, path: str) -> list[CodeLine]:
    """The lines of a patch, with syntax colours for the file's type.

    What is added and what is removed is read as two texts, so that a string opened in one does
    not run into the other. Falls back to plain lines for unknown types and very long patches.
    """
    lexer = _lexer(path) if len(patch) <= LEXED else None
    if lexer is None:
        return plain(patch)
    shown: list[CodeLine] = []
    hunk: list[str] = []
    for raw in _rows(patch):
        if raw[:1] in ("+", "-", " ") and shown:
            hunk.append(raw)
            continue
        shown += _hunk(hunk, lexer)
        hunk.clear()
        shown.append(_plain(raw))
    return shown + _hunk(hunk, lexer)


def _rows(patch: str) -> list[str]:
    rows = patch.split("\n")
    if rows and not rows[-1]:
        rows.pop()
    return rows


def _plain(raw: str) -> CodeLine:
    kind = _KINDS.get(raw[:1], "note")
    return CodeLine(kind, ((_clean(raw), ""),))


def _clean(text: str) -> str:
    """Sanitised text of bounded length, with tabs expanded."""
    if "\t" in text:
        # The sign in front is no part of the file, so columns count behind it.
        text = text[:1] + text[1:].expandtabs(_TAB)
    return safe(text.removesuffix("\r"), LONGEST)


def _hunk(rows: list[str], lexer: Lexer) -> list[CodeLine]:
    if not rows:
        return []
    cleaned = [_clean(row) for row in rows]
    new = iter(_lex((row[1:] for row in cleaned if row[0] != "-"), lexer))
    old = iter(_lex((row[1:] for row in cleaned if row[0] != "+"), lexer))
    lines = []
    for row in cleaned:
        sign = row[0]
        if sign == " ":
            words = next(new, [])
            next(old, None)
        else:
            words = next(new if sign == "+" else old, [])
        if sum(len(text) for text, _ in words) != len(row) - 1:
            words = [(row[1:], "")]  # a lexer that lost characters
        lines.append(CodeLine(_KINDS[sign], ((sign, ""), *words)))
    return lines


def _lex(rows: Iterable[str], lexer: Lexer) -> list[list[tuple[str, str]]]:
    lines: list[list[tuple[str, str]]] = [[]]
    for token, value in lexer.get_tokens("\n".join(rows)):
        sort = _sort(token)
        for number, text in enumerate(value.split("\n")):
            if number:
                lines.append([])
            if text:
                lines[-1].append((text, sort))
    return lines


def _sort(token: tuple[str, ...]) -> str:
    return next((sort for kind, sort in _WORDS if token[: len(kind)] == kind), "")


def _lexer(path: str) -> Lexer | None:
    from pygments.lexers import get_lexer_for_filename
    from pygments.util import ClassNotFound

    try:
        return get_lexer_for_filename(path, stripnl=False, ensurenl=False)
    except (ClassNotFound, ValueError):
        return None
