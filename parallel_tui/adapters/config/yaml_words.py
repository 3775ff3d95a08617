"""Describe YAML syntax errors in plain words.

PyYAML has two parsers that word the same mistake differently, and both change their words between
releases. So theirs are only searched for what they are about; a mistake whose words are not known
here is still told, with its line.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

UNKNOWN: Final = "it cannot be understood"
"""Said of a mistake that none of the patterns knows."""

_UNWELCOME: Final = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)
"""What is not `c-printable` in YAML 1.2, section 5.1."""

_REASONS: Final = tuple(
    (re.compile(pattern), reason)
    for pattern, reason in (
        (r"undefined alias", "an alias stands for nothing"),
        (r"mapping values are not allowed", "a colon stands where no value can begin"),
        (r"(mapping keys|sequence entries) are not allowed", "an entry begins in the wrong place"),
        (
            r"tab character|cannot start any token",
            "a tab, or a character that needs quotes, begins a value",
        ),
        (r"escape|hexa?decimal", "a text in double quotes has an unknown escape"),
        (r"quoted scalar.*(end of stream|document)", "a quote is opened and never closed"),
        (r"simple key.*':'|expected ':'", "a key has no colon"),
        (r"flow|',' or '[\]}]'|node content", "the brackets do not fit together"),
        (r"single document|document start", "a second document begins"),
        (r"(anchor|alias).*(expected|found)", "an anchor or an alias has no name"),
        (r"block scalar", "the text after | or > is not indented as it must be"),
        (r"\btag\b", "a tag cannot be understood"),
        (r"directive", "a line that begins with % cannot be understood"),
        (
            r"block (collection|mapping|sequence)",
            "text follows a complete value, or the indentation does not fit the lines before",
        ),
    )
)


def reason(error: Any) -> str:
    """Describe an error of either parser.

    Args:
        error: A `yaml.YAMLError`.
    """
    context, problem = getattr(error, "context", None), getattr(error, "problem", None)
    told = f"{context or ''}; {problem or ''}" if context or problem else str(error)
    return next((ours for pattern, ours in _REASONS if pattern.search(told)), UNKNOWN)


def unwelcome(text: str) -> re.Match[str] | None:
    """The first character that no YAML file may have, if there is one."""
    return _UNWELCOME.search(text)


def line_of(error: Any, text: str) -> int | None:
    """The line of a mistake, counted from 1, where the parser knows it.

    One parser puts a mistake at the end of a file onto its last line, the other behind it.
    """
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        return None
    last = len(text.splitlines()) or 1
    return min(int(mark.line) + 1, last)


def opened(error: Any, text: str) -> int:
    """Number of open brackets where a parser stopped; some stop at their own nesting limit."""
    mark = getattr(error, "problem_mark", None)
    before = text[: int(mark.index)] if mark is not None else text
    return sum(before.count(each) for each in "[{") - sum(before.count(each) for each in "]}")
