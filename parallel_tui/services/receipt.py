"""Receipts: what a verb has done, one type for each kind of outcome."""

from __future__ import annotations

from parallel_tui.record import dataclass, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from parallel_tui.model.scope import Scope
    from parallel_tui.model.sharing.journal import UndoAction


@dataclass(frozen=True, slots=True)
class Receipt:
    """Result of a verb, complete where one sentence says everything.

    Attributes:
        message: What was done, in one sentence for a person.
        scopes: What the live view has to look at again.
        warnings: What did not go as wished without making the whole fail.
        session: Name of the session it was about, so that it can be selected.
        undo: What takes it back; each face says how.
    """

    message: str
    scopes: tuple[Scope, ...] = ()
    warnings: tuple[str, ...] = ()
    session: str | None = None
    undo: tuple[UndoAction, ...] = ()

    def with_warnings(self, more: Sequence[str]) -> Self:
        """The same receipt with further warnings."""
        return replace(self, warnings=(*self.warnings, *more)) if more else self


@dataclass(frozen=True, slots=True, kw_only=True)
class Spawned(Receipt):
    """A session was started.

    Attributes:
        name: Its name.
        branch: Its branch.
        directory: Its worktree.
        window: Id of its window; `None` when none was opened.
    """

    name: str
    branch: str
    directory: str
    window: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamStarted(Receipt):
    """A team was started, or what was missing of it.

    Attributes:
        steps: What was done, in words, in order.
        sessions: Sessions that were started, or got a window.
        id: What takes it back; empty where nothing was done.
    """

    steps: tuple[str, ...]
    sessions: tuple[str, ...]
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened(Receipt):
    """A session is shown in a terminal of the desktop.

    Attributes:
        name: Its name.
        terminal: The terminal's program.
    """

    name: str
    terminal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed(Receipt):
    """A window was closed.

    Attributes:
        window: Its id.
        name: Its name; `None` when it was gone already.
    """

    window: str
    name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed(Receipt):
    """A session was removed.

    Attributes:
        name: Its name.
        directory: Where its worktree was; `None` when it had none.
        branch: Its branch, if it was on one.
        branch_deleted: Whether that went too.
        windows_closed: How many of its windows were closed.
        trash: Id under which it lies in the trash; `None` when nothing of it does.
    """

    name: str
    directory: str | None
    branch: str | None
    branch_deleted: bool
    windows_closed: int
    trash: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanedUp(Receipt):
    """Merged sessions were removed.

    Attributes:
        removed: Their names.
    """

    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired(Receipt):
    """Git's record of a worktree's location was repaired.

    Attributes:
        name: Its session.
        directory: Where it is.
    """

    name: str
    directory: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored(Receipt):
    """A session was restored from the trash.

    Attributes:
        id: What it was in the trash.
        name: What it is called now.
        directory: Where its worktree is.
        branch: Its branch, if it is on one.
    """

    id: str
    name: str
    directory: str
    branch: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Emptied(Receipt):
    """Removed sessions were deleted for good.

    Attributes:
        deleted: How many.
        size: Bytes they took.
        syncs: How many syncs were forgotten with them; `None` when that was not asked for.
    """

    deleted: int
    size: int
    syncs: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten(Receipt):
    """Backups of syncs were deleted for good.

    Attributes:
        syncs: Of how many.
    """

    syncs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Locked(Receipt):
    """Paths were locked.

    Attributes:
        owner: For whom.
        targets: The paths and patterns.
    """

    owner: str
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlocked(Receipt):
    """Locks were released.

    Attributes:
        targets: The paths and patterns that were locked.
    """

    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOff(Receipt):
    """A handoff was sent, accepted, declined or closed.

    Attributes:
        id: The handoff's id.
        declined: Whether it was declined, which its sender is told.
    """

    id: str
    declined: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent(Receipt):
    """An event was sent.

    Attributes:
        id: Its id; `None` where the store gave it none.
    """

    id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged(Receipt):
    """Events were marked as seen.

    Attributes:
        new: How many were not before.
    """

    new: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsCleaned(Receipt):
    """Old events were deleted.

    Attributes:
        found: How many were old.
        removed: How many of them were deleted; none where that was only asked about.
    """

    found: int
    removed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended(Receipt):
    """A session was marked as ended.

    Attributes:
        locks: How many locks it gave back.
        handoffs: How many handoffs it gave back.
    """

    locks: int
    handoffs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Dealt(Receipt):
    """Tasks were distributed.

    Attributes:
        added: How many.
        kept: How many sessions had already.
    """

    added: int
    kept: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside(Receipt):
    """Unusable files were set aside.

    Attributes:
        kept: Where they are now.
        events: How many events of theirs were shared; `None` when they were no events.
    """

    kept: str
    events: int | None = None
