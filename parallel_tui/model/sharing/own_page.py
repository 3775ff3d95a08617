"""What a session says of itself in a page that it writes: `.claude/status.md` in its worktree.

The guide names the file and leaves its form to whoever writes it. So it is read as a person would
skim it: what stands behind, or below, a word such as "current task" comes first, then "status",
then the first sentence.
"""

from __future__ import annotations

from parallel_tui.model.sharing.status_page import BY_US
from parallel_tui.model.text.patterns import pattern
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Final

LONGEST: Final = 200
"""Characters of a page's words that are kept."""

_TASKS: Final = frozenset(
    {
        *("current task", "current work", "current focus", "task", "now", "doing", "working on"),
        *("focus", "in progress", "current", "currently"),
    }
)
_STATES: Final = frozenset({"status", "current status", "state", "progress", "summary"})

_MARKS: Final = pattern(r"^[\s>*+-]*(?:\[[ xX/-]\]\s*)?|[*_`]{1,3}")
_KEY: Final = pattern(r"([A-Za-z][A-Za-z ]{1,24}):\s*(.*)")


@dataclass(frozen=True, slots=True)
class OwnPage:
    """A session's own page.

    Attributes:
        words: What it says the session does, on one line.
        at: When it was written, in epoch seconds.
    """

    words: str
    at: float


def words_of(text: str) -> str:
    """What a page says that somebody does; empty where it says nothing.

    Args:
        text: All of it, as Markdown or anything else.
    """
    if BY_US in text:
        return ""
    lines = list(_lines(text))
    for known in (_TASKS, _STATES):
        for heading, line in lines:
            found = _KEY.fullmatch(line)
            key = found[1].strip().lower() if found else ""
            if found and key in known and found[2].strip():
                return _short(found[2])
            if heading in known and key not in known:
                return _short(line)
    return _short(lines[0][1]) if lines else ""


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """Lines with words, each with the heading that it stands below."""
    heading = ""
    fenced = comment = False
    for raw in text.splitlines():
        line = raw.strip()
        if line.startswith("```"):
            fenced = not fenced
            continue
        comment = comment or line.startswith("<!--")
        if fenced or comment:
            comment = comment and "-->" not in line
            continue
        if line.startswith("#"):
            heading = _plain(line.lstrip("#")).rstrip(":").lower()
        elif any(each.isalnum() for each in line) and not line.startswith("|"):
            yield heading, _plain(line)


def _plain(line: str) -> str:
    return _MARKS.sub("", line).strip()


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
