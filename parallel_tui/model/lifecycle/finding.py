"""Findings of `pdev doctor` and their severity. Pure values."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from parallel_tui.advice import Advice
from parallel_tui.errors import ParallelError
from parallel_tui.record import dataclass


class Severity(StrEnum):
    """How bad a finding is."""

    PROBLEM = "problem"
    NOTE = "note"
    UNKNOWN = "could not look"
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found.

    Attributes:
        severity: How bad.
        topic: A word to filter by: `git`, `tmux`, `watching`, `shared files`, `locks`, `windows`,
            `worktrees`, `hooks`, `leftovers`, `configuration`.
        what: One sentence.
        where: Path, window or session it is about; may be empty.
        remedy: What mends it; empty when nothing has to be done.
    """

    severity: Severity
    topic: str
    what: str
    where: str = ""
    remedy: str | Advice = ""


def remedy_in(error: ParallelError) -> str | Advice:
    """What an error says mends it."""
    return error.advice[0] if error.advice and not error.hint else error.hint


def exit_status(findings: Iterable[Finding]) -> int:
    """0 when nothing is wrong, 1 with a problem, 2 when something could not be looked at."""
    found = {finding.severity for finding in findings}
    if Severity.UNKNOWN in found:
        return 2
    return 1 if Severity.PROBLEM in found else 0
