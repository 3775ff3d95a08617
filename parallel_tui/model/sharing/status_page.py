"""Render `.claude/status.md`: who works on what (guide: status files)."""

from __future__ import annotations

import time

from parallel_tui.model.sharing.coordination import HandoffState
from parallel_tui.model.text.words import branch_label

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from parallel_tui.model.session.join import Joined
    from parallel_tui.model.sharing.coordination import Coordination

BY_US = "Written by pdev whenever something changes."
"""Stands in the page, so that it is known from a page of somebody else."""


def render(sessions: Sequence[Joined], seen: Coordination) -> str:
    """The page as Markdown. The same input gives the same text: it has no clock reading in it."""
    lines = ["# Parallel sessions", "", BY_US, ""]
    registered = {record.name: record for record in seen.sessions}
    progress = {each.session: each for each in seen.tasks}
    lines += ["| session | branch | status | works on | tasks |", "| --- | --- | --- | --- | --- |"]
    names = [each.name for each in sessions]
    for each in sessions:
        record = registered.get(each.name)
        tasks = progress.get(each.name)
        cells = (
            each.name,
            branch_label(each.worktree) if each.worktree else "",
            record.status if record else "",
            (record.current_task or "") if record else "",
            f"{tasks.done}/{len(tasks.tasks)}" if tasks else "",
        )
        lines.append("| " + " | ".join(_cell(cell) for cell in cells) + " |")
    gone = [r for r in seen.sessions if r.name not in names and r.ended is None]
    lines += [f"| {_cell(r.name)} | | {_cell(r.status)} (no worktree) | | |" for r in gone]
    lines += ["", "## Locks", ""]
    lines += [
        f"- `{lock.target}` held by {_cell(lock.whose)}"
        + (f": {_cell(lock.reason)}" if lock.reason else "")
        for lock in seen.locks
    ] or [_nothing(seen, "locks")]
    lines += ["", "## Overlaps", ""]
    lines += [f"- {_cell(conflict)}" for conflict in seen.conflicts] or ["None reported."]
    lines += ["", "## Open handoffs", ""]
    lines += [
        f"- {_cell(handoff.sender)} → {_cell(handoff.receiver)}: {_cell(handoff.task)}"
        + (" (accepted)" if handoff.state is HandoffState.ACCEPTED else "")
        + f" since {_date(handoff.timestamp)}"
        for handoff in seen.handoffs
        if handoff.open
    ] or [_nothing(seen, "handoffs")]
    if seen.problems:
        lines += ["", "## Files that cannot be read", ""]
        lines += [f"- {_cell(problem.reason)}" for problem in seen.problems]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    """One line that cannot break out of a table or a list."""
    return " ".join(text.split()).replace("|", "\\|")


def _date(milliseconds: int) -> str:
    try:
        at = time.gmtime(milliseconds / 1000)
    except (OverflowError, ValueError, OSError):  # a number that is no time
        return "?"
    # A year that people write down; `datetime` would tell the same and cost more to import.
    return time.strftime("%Y-%m-%d %H:%M UTC", at) if 1 <= at.tm_year <= 9999 else "?"


def _nothing(seen: Coordination, part: str) -> str:
    return "Not known: it cannot be read." if seen.why_lost(part) else "None."
