"""Wording of sync plans and outcomes, shared by command line and dashboard."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from parallel_tui.model.sync.sync import Result, SessionSync, SyncOutcome
from parallel_tui.model.text.words import plural

GLYPHS: Final[Mapping[Result, str]] = MappingProxyType(
    {
        Result.SYNCED: "✓",
        Result.SKIPPED: "·",
        Result.CONFLICT: "✗",
        Result.FAILED: "✗",
        Result.CANCELLED: "·",
        Result.RECOVERED: "↺",
    }
)
"""One character for how it ended."""


STAYS: Final = "stays as it is: "
"""Before the reason why a session is not synced."""


def own_work(row: SessionSync, *, merge: bool) -> str:
    """What happens with a session's own commits.

    Args:
        row: As planned.
        merge: Whether base is merged in instead.
    """
    return "to be merged" if merge else f"{plural(len(row.steps), 'commit')} to replay"


def ended(outcome: SyncOutcome) -> str:
    """How it ended for one session: why it stays as it is, or from where to where it went."""
    skip = STAYS if outcome.skip and outcome.result is Result.SKIPPED else ""
    moved = ""
    if outcome.after and outcome.before and outcome.after != outcome.before:
        moved = f"  {outcome.before[:10]} → {outcome.after[:10]}"
    return f"{skip}{outcome.message}{moved}"
