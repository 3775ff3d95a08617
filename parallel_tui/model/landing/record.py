"""Record of what a run of landings did to base, for recovery after a crash and for undo."""

from __future__ import annotations

from enum import StrEnum

from parallel_tui.model.landing.plan import Strategy
from parallel_tui.model.landing.run import LandedSession, Pushed
from parallel_tui.model.sync.record import standing_from
from parallel_tui.record import dataclass, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from parallel_tui.model.sync.sync import Standing


class Aim(StrEnum):
    """What is being done to base."""

    LAND = "land"
    """A session is landed on it."""
    UNDO = "undo"
    """It is put back to where it stood before the run."""


@dataclass(frozen=True, slots=True)
class Running:
    """A move of base that is under way.

    Attributes:
        doing: What for.
        session: Name of the session that is landed; empty for an undo.
        branch: Its branch.
        commit: Commit of it that is landed.
        tree: Tree that base is to have.
        before: Where base stands.
        new: Where it is to stand; empty where git makes the commit itself.
        git_dir: Git directory of the worktree that has base checked out; empty for none.
        standing: How that worktree stands; `None` without one.
    """

    doing: Aim
    session: str
    branch: str
    commit: str
    tree: str
    before: str
    new: str = ""
    git_dir: str = ""
    standing: Standing | None = None


@dataclass(frozen=True, slots=True)
class LandingRecord:
    """One run.

    Attributes:
        time: Its name, such as `20260131-140500`, UTC.
        base: Short name of base.
        strategy: How sessions were landed.
        before: Where base stood before the run.
        landed: What has landed, first to last.
        running: What is under way; `None` for nothing.
        pushing: What is being pushed; `None` for nothing.
        pushed: What was pushed; `None` for nothing.
        undone: Whether base was put back.
    """

    time: str
    base: str
    strategy: Strategy
    before: str
    landed: tuple[LandedSession, ...] = ()
    running: Running | None = None
    pushing: Pushed | None = None
    pushed: Pushed | None = None
    undone: bool = False

    @property
    def ref(self) -> str:
        """Full name of base."""
        return f"refs/heads/{self.base}"

    @property
    def after(self) -> str:
        """Where base stood after the run."""
        return self.landed[-1].after if self.landed else self.before

    @property
    def sessions(self) -> tuple[str, ...]:
        """Names of the sessions that landed."""
        return tuple(each.session for each in self.landed)

    @property
    def undoable(self) -> bool:
        """Whether there is anything to put back."""
        return bool(self.landed) and not self.undone


def landing_ended(record: LandingRecord, after: str | None) -> LandingRecord:
    """The record once the landing under way is done (`after`) or was taken back (`None`)."""
    at = record.running
    if at is None or after is None:
        return replace(record, running=None)
    done = LandedSession(at.session, at.branch, at.commit, at.tree, at.before, after)
    return replace(record, landed=(*record.landed, done), running=None)


def record_from(data: Mapping[str, object]) -> LandingRecord:
    """A record, as `asdict` made it JSON.

    Raises:
        ValueError, TypeError, KeyError: When it is none.
    """
    landed = data["landed"]
    if not isinstance(landed, list) or not isinstance(data["undone"], bool):
        raise TypeError("it does not say what landed")
    names = LandedSession.__match_args__
    return LandingRecord(
        **_texts(data, "time", "base", "before"),
        strategy=Strategy(str(data["strategy"])),
        landed=tuple(LandedSession(**_texts(each, *names)) for each in landed),
        running=_running(data["running"]),
        pushing=_pushed(data["pushing"]),
        pushed=_pushed(data["pushed"]),
        undone=data["undone"],
    )


def _running(data: object) -> Running | None:
    if data is None:
        return None
    if not isinstance(data, dict):
        raise TypeError("it does not say what is under way")
    names = ("session", "branch", "commit", "tree", "before", "new", "git_dir")
    standing = data["standing"]
    return Running(
        Aim(data["doing"]),
        **_texts(data, *names),
        standing=standing_from(standing) if standing else None,
    )


def _pushed(data: object) -> Pushed | None:
    return None if data is None else Pushed(**_texts(data, *Pushed.__match_args__))


def _texts(data: object, *names: str) -> dict[str, str]:
    if not isinstance(data, dict):
        raise TypeError("a part of it is no object")
    found = {name: data[name] for name in names}
    if not all(isinstance(each, str) and "\0" not in each for each in found.values()):
        raise TypeError("a part of it holds something else than names")
    return found
