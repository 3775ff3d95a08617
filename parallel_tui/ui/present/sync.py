"""Format sync plans and outcomes as table cells. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from textual.content import Content

from parallel_tui.model.landing.resolution import resolved_note
from parallel_tui.model.sync.sync import About, Result, SessionSync, SyncOutcome, SyncPlan
from parallel_tui.model.sync.words import GLYPHS, STAYS, own_work
from parallel_tui.model.sync.words import ended as words_of
from parallel_tui.model.text.safe import safe
from parallel_tui.model.text.words import plural
from parallel_tui.ui.widgets.columns import Cell, Column, Row

COLUMNS: Final = (
    Column("mark", "", 1, 1),
    Column("session", "Session", 8, 20, keep=102, usual=14, middle=True),
    Column("branch", "Branch", 10, 30, keep=10, always=False, usual=20, middle=True),
    Column("what", "What", 20, 400, keep=101, usual=48),
)

_TONES: Final = {
    Result.SYNCED: "good",
    Result.SKIPPED: "dim",
    Result.CONFLICT: "waiting",
    Result.FAILED: "bad",
    Result.CANCELLED: "note",
    Result.RECOVERED: "note",
}
_COUNTED: Final = {
    Result.SYNCED: "brought up to date",
    Result.CONFLICT: "in conflict and put back as before",
    Result.FAILED: "failed",
    Result.CANCELLED: "not begun",
    Result.SKIPPED: "left alone",
    Result.RECOVERED: "put back after a run that was killed",
}


def planned(row: SessionSync, plan: SyncPlan) -> Row:
    """A session before its turn."""
    if row.skip is not None:
        return _row(row.key, row, ("·", "dim"), f"{row.skip.value}: {row.detail}", "dim")
    what = f"{plural(row.behind, 'commit')} behind, {own_work(row, merge=plan.merge)}"
    if row.resolved:
        what = f"{resolved_note(row.resolved)}; {what}"
    if not row.conflicting:
        return _row(row.key, row, ("→", ""), what, "")
    paths = [*row.conflicts, *(path for step in row.steps for path in step.conflicts)]
    what = f"conflict predicted in {', '.join(paths)}; {what}"
    return _row(row.key, row, ("✗", "waiting"), what, "waiting")


def running(row: SessionSync) -> Row:
    """A session during its turn."""
    return _row(row.key, row, ("…", "accent"), "syncing", "accent")


def ended(key: str, outcome: SyncOutcome) -> Row:
    """A session, or base, after its turn."""
    tone = _TONES[outcome.result]
    return _row(key, outcome, (GLYPHS[outcome.result], tone), words_of(outcome), tone)


def about(row: SessionSync, outcome: SyncOutcome | None = None) -> Content:
    """A session's commits with their conflicts, or its outcome, in full."""
    parts: list[tuple[str, str] | str] = []
    if outcome is not None:
        parts.append((f"{safe(outcome.message, 2_000)}\n", "bold"))
        if outcome.backup:
            parts.append(f"Its old state is kept as {safe(outcome.backup)}\n")
    elif row.skip is not None:
        parts.append(f"It {STAYS}{safe(row.detail, 2_000)}\n")
    for step in row.steps:
        parts += [(f"{step.commit[:10]} ", "dim"), f"{safe(step.subject)}\n"]
        if step.conflicts:
            paths = ", ".join(safe(path) for path in step.conflicts)
            parts.append((f"           ✗ conflicts in {paths}\n", "$text-warning"))
    if row.conflicts:
        paths = ", ".join(safe(path) for path in row.conflicts)
        parts.append((f"✗ conflicts in {paths}\n", "$text-warning"))
    parts += [f"{safe(note)}\n" for note in row.notes]
    return Content.assemble(*parts).rstrip()


def summary(outcomes: Sequence[SyncOutcome]) -> str:
    """The result of a run, in one sentence with numbers."""
    counts = Counter(outcome.result for outcome in outcomes)
    told = [f"{counts[result]} {words}" for result, words in _COUNTED.items() if counts[result]]
    return (", ".join(told) or "Nothing was done") + "."


def row_of(outcome: SyncOutcome) -> str:
    """The row of an outcome: its session's, or one of its own."""
    match outcome.about:
        case About.SESSION:
            return outcome.key
        case About.BASE:
            return "base"
        case About.EARLIER:
            return f"earlier {outcome.run} {outcome.key or outcome.name}"


def _row(
    key: str, named: SessionSync | SyncOutcome, mark: tuple[str, str], what: str, tone: str
) -> Row:
    words: Cell = ((safe(what), tone),)
    return Row(
        key,
        {
            "mark": (mark,),
            "session": ((safe(named.name), "name"),),
            "branch": ((safe(named.branch or ""), "dim"),),
            "what": words,
        },
        {"what": safe(what, 2_000)},
    )
