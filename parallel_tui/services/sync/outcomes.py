"""Build a sync outcome from a planned row."""

from __future__ import annotations

from parallel_tui.model.lifecycle.recovery import Settled
from parallel_tui.model.sync.sync import About, Result, SessionSync, Skip, SyncOutcome
from parallel_tui.record import replace


def outcome(
    row: SessionSync, result: Result, message: str, *, after: str | None = None, backup: str = ""
) -> SyncOutcome:
    """Build the outcome for one session.

    Args:
        row: As planned.
        result: How.
        message: The same in words.
        after: Where the branch stands; where it stood when not given.
        backup: Reference that keeps where it stood.
    """
    return SyncOutcome(
        row.name,
        row.branch,
        result,
        message,
        row.head,
        after or row.head,
        backup,
        row.skip,
        key=row.key,
    )


def skipped(row: SessionSync, skip: Skip, detail: str) -> SyncOutcome:
    """Build the outcome of a skipped session."""
    return outcome(replace(row, skip=skip), Result.SKIPPED, detail)


def outcome_of(settled: Settled) -> SyncOutcome:
    """Build the outcome of a recovered sync, as a run would have reported it."""
    return SyncOutcome(
        settled.session,
        settled.branch,
        Result.FAILED if settled.open else Result.RECOVERED,
        settled.message,
        settled.before,
        settled.after or settled.before,
        settled.backup,
        key=settled.key,
        run=settled.run,
        about=About.EARLIER,
    )
