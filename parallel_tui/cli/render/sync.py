"""Render the plan and the outcome of a sync, as lines and as JSON."""

from __future__ import annotations

from collections.abc import Iterator

from parallel_tui.cli.render.output import one_line
from parallel_tui.model.sync.sync import Result, SessionSync, Skip, SyncOutcome, SyncPlan
from parallel_tui.model.sync.words import GLYPHS, STAYS, ended, own_work
from parallel_tui.model.text.words import plural

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from parallel_tui.cli.render.output import Output

_COLOURS: Final = {Result.SYNCED: "32", Result.CONFLICT: "33", Result.FAILED: "31"}


def preview(plan: SyncPlan) -> Iterator[str]:
    """The plan of a run, in lines for people."""
    for note in plan.notes:
        yield one_line(note)
    if plan.forward:
        yield one_line(f"{plan.base} would move on to {plan.onto_name} ({plan.onto[:10]})")
    for row in plan.sessions:
        if row.skip is Skip.BASE and plan.forward:
            continue  # said already
        if row.skip is not None:
            yield one_line(f"· {row.name}: {STAYS}{row.detail}")
            continue
        yield one_line(_head(row, plan))
        for step in row.steps:
            mark = f"  ✗ conflicts in {', '.join(step.conflicts)}" if step.conflicts else ""
            yield one_line(f"    {step.commit[:10]} {step.subject}{mark}")
        if row.conflicts:
            yield one_line(f"    ✗ conflicts in {', '.join(row.conflicts)}")
        for note in row.notes:
            yield one_line(f"    {note}")


def _head(row: SessionSync, plan: SyncPlan) -> str:
    glyph = "✗" if row.conflicting else "→"
    lacking = f"{plural(row.behind, 'commit')} behind {plan.onto_name}"
    own = own_work(row, merge=plan.merge)
    return f"{glyph} {row.name} ({row.branch}): {lacking}, {own}"


def line_of(outcome: SyncOutcome, output: Output) -> str:
    """The outcome for one session, in one line."""
    glyph = output.paint(GLYPHS[outcome.result], _COLOURS.get(outcome.result, ""))
    return f"{glyph} " + one_line(f"{outcome.name}: {ended(outcome)}")


def fingerprint(plan: SyncPlan) -> str:
    """Tells whether another plan would do the same to the same commits."""
    import hashlib

    from parallel_tui.model.text import strict_json

    rows = [
        [row.key, row.branch, row.head, row.skip, row.tree, row.steps, row.conflicts, row.resolved]
        for row in plan.sessions
    ]
    what = [plan.onto, plan.merge, plan.forward, plan.resolved, repr(rows)]
    return hashlib.sha256(strict_json.compact(what).encode()).hexdigest()


def plan_json(plan: SyncPlan) -> dict[str, object]:
    """A plan as JSON."""
    return {
        "fingerprint": fingerprint(plan),
        "base": plan.base,
        "onto": plan.onto,
        "onto_name": plan.onto_name,
        "merge": plan.merge,
        "fetched": plan.fetched,
        "forward": plan.forward,
        "notes": list(plan.notes),
        "sessions": [
            {
                "session": row.name,
                "key": row.key,
                "path": row.path,
                "branch": row.branch,
                "head": row.head,
                "behind": row.behind,
                "skip": row.skip.value if row.skip else None,
                "detail": row.detail,
                "commits": [
                    {
                        "commit": step.commit,
                        "subject": step.subject,
                        "conflicts": list(step.conflicts),
                        "resolved": list(step.resolved),
                    }
                    for step in row.steps
                ],
                "conflicts": list(row.conflicts),
                "remembered": row.remembered,
                "resolved": list(row.resolved),
                "notes": list(row.notes),
            }
            for row in plan.sessions
        ],
    }


def outcome_json(outcome: SyncOutcome) -> dict[str, object]:
    """The outcome for one session, as JSON."""
    return {
        "session": outcome.name,
        "key": outcome.key or None,
        "run": outcome.run or None,
        "about": outcome.about.value,
        "branch": outcome.branch,
        "result": outcome.result.value,
        "message": outcome.message,
        "before": outcome.before,
        "after": outcome.after,
        "backup": outcome.backup or None,
        "skip": outcome.skip.value if outcome.skip else None,
    }
