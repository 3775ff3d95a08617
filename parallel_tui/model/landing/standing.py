"""Whether a session can land, by what is known without asking anything. Pure.

The merge plan proves it; this is what a list can say of every session at every moment.
"""

from __future__ import annotations

from enum import StrEnum

from parallel_tui.model.fact import known
from parallel_tui.model.landing.readiness import claims
from parallel_tui.model.session.session import SessionState
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

    from parallel_tui.model.session.session import Session


class LandState(StrEnum):
    """How a session stands to base and to the others, the most important first."""

    CONFLICT = "conflict"
    """Landing it and another one, or it alone, would fail."""
    MERGED = "merged"
    """Base has all that it made."""
    READY = "ready"
    """Clean, ahead of base, at rest, and its tests pass."""
    OUTSIDE = "boundaries"
    """The same, but it changed paths of others, or whose they are is not known."""
    FAILING = "tests fail"
    """The same, but its tests fail."""
    UNTESTED = "untested"
    """The same, but it is not known whether its tests pass."""
    BEHIND = "behind"
    """Base has commits that it does not have."""
    UNDER_WAY = ""
    """It works, or has begun nothing."""


@dataclass(frozen=True, slots=True)
class Lands:
    """A session's standing with its number.

    Attributes:
        what: Which.
        count: Of conflicts, or of commits of base that it does not have; else 0.
    """

    what: LandState
    count: int = 0


GLYPHS: Final = {
    LandState.CONFLICT: "⚠",
    LandState.MERGED: "✓",
    LandState.READY: "✓",
    LandState.OUTSIDE: "✗",
    LandState.FAILING: "✗",
    LandState.UNTESTED: "◇",
    LandState.BEHIND: "↓",
    LandState.UNDER_WAY: "",
}

_AT_WORK: Final = frozenset(
    {
        SessionState.WAITING,
        SessionState.FAILED,
        SessionState.CRASHED,
        SessionState.LIMITED,
        SessionState.STARTING,
        SessionState.WORKING,
    }
)
"""States in which what is committed is hardly all that is meant to land."""


@dataclass(frozen=True, slots=True)
class KnownTests:
    """How the configured check of sessions' work ended.

    Attributes:
        passed: Whether it passed, by the commit that it was run at; others were not checked.
    """

    passed: Mapping[str, bool]


def standing(
    session: Session,
    conflicts: int = 0,
    *,
    in_base: bool = False,
    checked: KnownTests | None = None,
    outside: bool = False,
) -> Lands:
    """How a session stands, by the same conditions as the merge plan.

    Args:
        session: Which.
        conflicts: With how many others, base included, it is known to conflict.
        in_base: Whether base is proved to have all of its work, as after a squash merge.
        checked: How checks ended, where a command is configured: then only what that said counts,
            for anybody can write a subject. `None` where none is.
        outside: Whether it changed what is another's, or whose it is cannot be known.
    """
    if conflicts:
        return Lands(LandState.CONFLICT, conflicts)
    tree, apart = session.worktree, known(session.divergence)
    if tree is None or tree.is_main or tree.bare or tree.missing or apart is None:
        return Lands(LandState.UNDER_WAY)
    status = known(session.status)
    clean = status is not None and status.clean and tree.operation is None
    made = tree.subject is not None and not apart.ahead
    if in_base or (clean and made):
        return Lands(LandState.MERGED)
    if clean and apart.ahead and tree.own_branch and session.state not in _AT_WORK:
        if outside:
            return Lands(LandState.OUTSIDE)
        passed: bool | None = claims(tree.subject) or None
        if checked is not None:
            passed = checked.passed.get(tree.head or "")
        by_tests = {True: LandState.READY, False: LandState.FAILING, None: LandState.UNTESTED}
        return Lands(by_tests[passed])
    if apart.behind:
        return Lands(LandState.BEHIND, apart.behind)
    return Lands(LandState.UNDER_WAY)


def standing_words(stands: Lands) -> str:
    """A standing in two or three words that can be cut at the end: `⚠ 2 conflicts`, `✓ merged`."""
    glyph, what = GLYPHS[stands.what], stands.what.value
    if not stands.count:
        return f"{glyph} {what}".strip()
    more = "s" if stands.what is LandState.CONFLICT and stands.count > 1 else ""
    return f"{glyph} {stands.count} {what}{more}"
