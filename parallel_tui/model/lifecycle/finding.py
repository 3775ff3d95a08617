"""Findings of `pdev doctor` and their severity. Pure values."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from parallel_tui.advice import Advice
from parallel_tui.errors import ParallelError
from parallel_tui.record import dataclass


class Severity(StrEnum):
    """Severity of a finding."""

    PROBLEM = "problem"
    NOTE = "note"
    UNKNOWN = "could not look"
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding.

    Attributes:
        severity: How bad.
        topic: A word to filter by: `git`, `tmux`, `watching`, `shared files`, `locks`, `windows`,
            `worktrees`, `hooks`, `leftovers`, `requests`, `configuration`.
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
    """The remedy that an error names."""
    return error.advice[0] if error.advice and not error.hint else error.hint


def exit_status(findings: Iterable[Finding]) -> int:
    """0 without problems, 1 with a problem, 2 when something could not be examined."""
    found = {finding.severity for finding in findings}
    if Severity.UNKNOWN in found:
        return 2
    return 1 if Severity.PROBLEM in found else 0
