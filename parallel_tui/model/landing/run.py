"""What a run of landings tells while it goes on, and what it did. Pure values."""

from __future__ import annotations

from enum import StrEnum

from parallel_tui.record import dataclass


class Phase(StrEnum):
    """What is told of a run."""

    BEGINS = "begins"
    """A session's turn has come."""
    LANDED = "landed"
    """It has landed."""
    PUSHING = "pushing"
    """All that landed is being pushed."""
    PUSHED = "pushed"
    """The remote has it."""


@dataclass(frozen=True, slots=True)
class LandedSession:
    """One session that has landed.

    Attributes:
        session: Its name.
        branch: Its branch.
        commit: Commit of it that was landed.
        tree: Tree of base since then.
        before: Where base stood.
        after: Where it stands since then.
    """

    session: str
    branch: str
    commit: str
    tree: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a remote branch was moved to.

    Attributes:
        name: The remote branch, as people know it: `origin/main`.
        remote: Name of the remote.
        ref: Full name of the branch there.
        before: Where it was last known to stand; empty when it was not known.
        after: Where it stands.
    """

    name: str
    remote: str
    ref: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class LandingStep:
    """One thing that happens in a run.

    Attributes:
        phase: What happens.
        session: Whose turn it is; empty for a push.
        number: The place of that turn, counted from 1; all of them for a push.
        of: How many turns there are.
        message: The same in words, for a person.
        landed: What came of it, once it has landed.
    """

    phase: Phase
    session: str
    number: int
    of: int
    message: str
    landed: LandedSession | None = None
