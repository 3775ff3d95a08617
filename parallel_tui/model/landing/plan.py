"""What a plan of landings says. Pure values."""

from __future__ import annotations

from enum import StrEnum

from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.model.landing.elsewhere.met import SessionElsewhere
    from parallel_tui.model.landing.readiness import Condition
    from parallel_tui.model.session.repository import Base


class Strategy(StrEnum):
    """How the work of a session becomes part of base."""

    MERGE = "merge"
    """A merge commit, or a step forward where base has not moved."""
    SQUASH = "squash"
    """One commit with all of it."""
    REBASE = "rebase"
    """Its commits, one after the other on top of base."""


class Block(StrEnum):
    """Kind of a reason why a session does not land."""

    CONFLICT = "conflict"
    """It conflicts with others that land."""
    BASE = "base"
    """It conflicts with base itself."""
    DEPENDENCY = "dependency"
    """It depends on one that does not land."""
    UNTRIED = "untried"
    """Landing it could not be simulated."""
    LEFT_OUT = "left-out"
    """Whoever asked for the plan left it out."""


@dataclass(frozen=True, slots=True)
class ChangeSize:
    """How much a landing changes.

    Attributes:
        files: Number of files; one that was moved is one.
        added: Lines added.
        removed: Lines removed.
    """

    files: int
    added: int
    removed: int


@dataclass(frozen=True, slots=True)
class Opponent:
    """Why a session that is ready does not land.

    Attributes:
        kind: Of the reason.
        names: Other sessions that it is about.
        together: Whether only all of these are in the way, and no single one is.
        paths: What conflicts.
        detail: What else is known, in words.
        order: An order in which it would land, and with it most of the others; empty for none.
        marked: Tree with the markers of the conflict, where it is one with base or a single other.
        resolved: Paths whose conflict git remembers how to resolve.
    """

    kind: Block
    names: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    together: bool = False
    detail: str = ""
    order: tuple[str, ...] = ()
    marked: str = ""
    resolved: tuple[str, ...] = ()

    @property
    def resolvable(self) -> bool:
        """Whether git remembers how to resolve all that conflicts."""
        return bool(self.paths) and set(self.paths) <= set(self.resolved)


@dataclass(frozen=True, slots=True)
class Turn:
    """One session that lands.

    Attributes:
        session: Its name.
        branch: Its branch.
        path: Its worktree.
        commit: Commit that is landed.
        tree: Tree of base once it has landed, after all those before it.
        reason: Why it stands at this place, in words.
        conditions: What makes it ready.
        size: What it changes of base as it is then; `None` where that is not known.
        resolved: Paths in which it conflicts there, and that land as they were resolved before.
    """

    session: str
    branch: str
    path: str
    commit: str
    tree: str
    reason: str
    conditions: tuple[Condition, ...] = ()
    size: ChangeSize | None = None
    resolved: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Blocked:
    """One session that does not land.

    Attributes:
        session: Its name.
        branch: Its branch; `None` when it is on none.
        unmet: Conditions that are not met, or not known to be.
        opponent: What is in its way though it is ready; `None` when it is not.
        conditions: All that were looked at, met or not.
        commit: Its last commit, where it has something to land.
    """

    session: str
    branch: str | None
    unmet: tuple[Condition, ...] = ()
    opponent: Opponent | None = None
    conditions: tuple[Condition, ...] = ()
    commit: str | None = None


@dataclass(frozen=True, slots=True)
class LandingPlan:
    """What would land, in which order, and what would not.

    Attributes:
        base: What they land on.
        strategy: How.
        order: What lands, first to last.
        blocked: What does not.
        exact: Whether no order lands more; otherwise it is a good one.
        tree: Tree of base at the end.
        notes: What else to know.
        commands: What checks a session; empty where its last commit tells.
        place: Worktree that has base checked out; `None` when none has.
        by_hand: All that is ready in the order that was asked for, those that do not land in it
            included; `None` where the order was computed.
        size: What all of it changes; `None` where that is not known.
        resolved: Whether it was allowed to land conflicts as they were resolved before.
        drivers: Merge drivers of the user's, each with the paths that it merges.
        elsewhere: Sessions of other machines, and what of this they meet.
    """

    base: Base
    strategy: Strategy
    order: tuple[Turn, ...] = ()
    blocked: tuple[Blocked, ...] = ()
    exact: bool = True
    tree: str = ""
    notes: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    place: str | None = None
    by_hand: tuple[str, ...] | None = None
    size: ChangeSize | None = None
    resolved: bool = False
    drivers: tuple[tuple[str, tuple[str, ...]], ...] = ()
    elsewhere: tuple[SessionElsewhere, ...] = ()

    @property
    def method(self) -> str:
        """How the order was found: `exact`, `greedy`, or `given` by whoever asked for it."""
        if self.by_hand is not None:
            return "given"
        return "exact" if self.exact else "greedy"
