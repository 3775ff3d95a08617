"""Words that may say which files are meant. Pure."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

_WORD: Final = re.compile(r"[a-z][a-z0-9]{2,}")
_COMMON: Final = frozenset(
    [
        "the",
        "and",
        "for",
        "with",
        "all",
        "your",
        "you",
        "this",
        "that",
        "from",
        "into",
        "are",
        "was",
        "each",
        "not",
        "its",
        "has",
        "have",
        "will",
        "out",
        "new",
        "add",
        "use",
        "set",
        "get",
        "let",
        "one",
        "two",
        "start",
        "session",
        "sessions",
        "build",
        "built",
        "work",
        "first",
        "what",
        "when",
        "make",
        "made",
        "made",
        "file",
        "files",
        "code",
        "test",
        "tests",
        "bug",
        "fix",
        "fixed",
        "find",
        "cause",
        "show",
        "src",
        "lib",
        "app",
        "index",
        "main",
        "init",
        "own",
        "owns",
        "owned",
        "other",
        "others",
        "them",
        "they",
        "before",
        "after",
        "while",
        "then",
        "which",
        "who",
        "whole",
        "data",
        "user",
        "users",
        "feature",
        "features",
        "handling",
        "structure",
        "management",
        "ready",
        "change",
        "changes",
        "http",
        "https",
        "com",
        "org",
        "api",
        "docs",
        "readme",
        "service",
        "services",
        "parallel",
        "branch",
        "branches",
        "tell",
    ]
)
"""Words that say nothing about which files are meant."""


def words_of(text: str) -> Mapping[str, str]:
    """Words of a text that may say which files are meant, as written, by their plain form."""
    split = re.sub(r"([a-z])([A-Z])", r"\1 \2", text).lower()
    found: dict[str, str] = {}
    for word in _WORD.findall(split):
        if word not in _COMMON:
            found.setdefault(_stem(word), word)
    return found


def _stem(word: str) -> str:
    for end in ("ations", "ation", "ings", "ing", "ies", "ers", "er", "ed", "es", "s", "e"):
        if word.endswith(end) and len(word) - len(end) >= 4:
            return word[: -len(end)]
    return word
