"""Format both sides of a path, and git's merge result, as lines. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from parallel_tui.model.overlap.pairs import Author, PathDetail, Side
from parallel_tui.model.overlap.verdict import Span
from parallel_tui.model.text.safe import safe
from parallel_tui.model.text.words import age, plural
from parallel_tui.ui.widgets.code import LONGEST, CodeLine

_MARKERS = {"<<<<<<<": "added", "|||||||": "context", "=======": "added", ">>>>>>>": "context"}


def side_patch(side: Side) -> str:
    """A side's hunks as one patch; each heading names the lines of base."""
    return "".join(f"@@ {_where(hunk.at)} @@\n{_ended(hunk.text)}" for hunk in side.hunks)


def _ended(text: str) -> str:
    return text if text.endswith("\n") or not text else text + "\n"


def _where(at: Span) -> str:
    if at.count == 0:
        return f"after line {at.start} of base"
    if at.count == 1:
        return f"line {at.start} of base"
    return f"lines {at.start}–{at.end} of base"


def side_notes(side: Side, now: float) -> list[str]:
    """A side's authors and times, newest first."""
    notes = [_author(each, now) for each in side.authors]
    if not side.hunks:
        notes.append("no lines to show: binary, added or removed as a whole, or renamed")
    return notes


def _author(author: Author, now: float) -> str:
    when = f"{age(max(0.0, now - author.time))}" if author.time is not None else ""
    if author.commit is None:
        return f"uncommitted{f', written {when} ago' if when and when != 'now' else ''}"
    parts = [author.commit[:8], safe(author.name, 60), when, safe(author.subject, 120)]
    return " · ".join(part for part in parts if part)


def merged_lines(detail: PathDetail) -> tuple[list[CodeLine], int]:
    """The merged file with coloured conflicts, and the first conflicting line."""
    if detail.merged is None:
        words = "There is no merged text: the file is binary, or only one side has it."
        return [CodeLine("note", ((words, ""),))], 0
    kind, first, inside = "context", None, False
    lines: list[CodeLine] = []
    for raw in _rows(detail.merged):
        mark = raw[:7]
        # Only in its turn: a heading underlined with seven signs is no marker.
        if mark in _MARKERS and (len(raw) == 7 or raw[7] == " ") and inside != (mark == "<<<<<<<"):
            kind, inside = _MARKERS[mark], mark != ">>>>>>>"
            if mark == "<<<<<<<" and first is None:
                first = len(lines)
            lines.append(CodeLine("hunk", ((safe(raw, LONGEST), ""),)))
        else:
            text = safe(raw.expandtabs(8).removesuffix("\r"), LONGEST)
            lines.append(CodeLine(kind, ((text, ""),)))
    if detail.truncated:
        lines.append(CodeLine("note", (("cut: the file is too long to show whole", ""),)))
    return lines, first or 0


def _rows(text: str) -> Iterable[str]:
    rows = text.split("\n")
    return rows[:-1] if rows and not rows[-1] else rows


def summary(detail: PathDetail) -> str:
    """Number of changed places on each side."""
    ours, theirs = len(detail.ours.hunks), len(detail.theirs.hunks)
    return f"{plural(ours, 'hunk')} against {plural(theirs, 'hunk')}"
