"""Removal plans: the losses, and the consent that each one needs.

One plan serves the dashboard, `pdev remove` and whatever removes later: two paths with different
guarantees is how work gets lost.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from parallel_tui.advice import Advice
from parallel_tui.record import dataclass


class LossKind(StrEnum):
    """A kind of loss; its value is the word for `--discard`."""

    STAGED = "staged"
    MODIFIED = "modified"
    HIDDEN = "hidden"
    UNTRACKED = "untracked"
    IGNORED = "ignored"
    CONFLICTED = "conflicted"
    OPERATION = "operation"
    COMMITS = "commits"
    SUBMODULES = "submodules"
    REPOSITORIES = "repositories"
    LOCKED = "locked"
    PROCESSES = "processes"
    WINDOWS = "windows"
    LOCKS = "locks"
    HANDOFFS = "handoffs"


RESTORABLE: Final = frozenset(LossKind) - {LossKind.PROCESSES, LossKind.WINDOWS, LossKind.LOCKS,
                                           LossKind.HANDOFFS}  # fmt: skip
"""What an undo brings back, for it goes to the trash."""

ALL: Final = "all"
"""The word that consents to every kind at once."""


@dataclass(frozen=True, slots=True)
class Loss:
    """One loss that removal would cause.

    Attributes:
        kind: Which kind of consent it needs.
        summary: One line, such as `3 ignored files, 1.2 MiB, .env among them`.
        items: Names, notable ones first; may be cut, `count` is not.
        count: How many there are.
        size: Bytes on disk, where that was counted.
    """

    kind: LossKind
    summary: str
    items: tuple[str, ...] = ()
    count: int = 1
    size: int | None = None

    @property
    def happens(self) -> bool:
        """Whether its summary says what would happen, and not what there is."""
        return self.kind in (LossKind.WINDOWS, LossKind.LOCKS, LossKind.HANDOFFS)


@dataclass(frozen=True, slots=True)
class RemovalPlan:
    """Everything known about a removal before anything is changed.

    Attributes:
        key: Key of the session.
        name: Name of the session.
        path: Worktree directory; `None` for a window without a worktree.
        branch: Branch that stays behind; `None` when there is none.
        head: Commit the worktree stands at.
        losses: Each needs its own consent.
        notes: Facts that need no consent (`branch feature/x stays`, `2 commits not pushed`).
        refusal: Why it can never be removed; `None` when it can.
        windows: Ids of the windows that would be closed.
        fingerprint: Digest of what was inspected; compared again immediately before acting.
    """

    key: str
    name: str
    path: str | None
    branch: str | None
    head: str | None
    losses: tuple[Loss, ...] = ()
    notes: tuple[str | Advice, ...] = ()
    refusal: str | None = None
    windows: tuple[str, ...] = ()
    fingerprint: str = ""

    def unconsented(self, consents: Iterable[str]) -> tuple[Loss, ...]:
        """Losses that none of the given words consents to."""
        given = set(consents)
        if ALL in given:
            return ()
        return tuple(loss for loss in self.losses if loss.kind.value not in given)

    def told(self, *, delete_branch: bool) -> tuple[str | Advice, ...]:
        """The notes, as they are when the branch goes with the session, or stays.

        Args:
            delete_branch: Whether it goes.
        """
        if self.branch is None or not delete_branch:
            return self.notes
        stays, goes = branch_stays(self.branch), f"the branch {self.branch} is deleted too"
        return tuple(
            goes + note.removeprefix(stays)
            if isinstance(note, str) and note.startswith(stays)
            else note
            for note in self.notes
        )


def branch_stays(branch: str) -> str:
    """How the note begins that a branch is not removed with its session."""
    return f"the branch {branch} stays"


def differences(before: RemovalPlan, after: RemovalPlan) -> tuple[str, ...]:
    """Describe the differences between two states of one session; never empty.

    Args:
        before: What was shown.
        after: What is there now.
    """
    found: list[str] = []
    if before.path != after.path:
        found.append("it was moved")
    if before.branch != after.branch:
        found.append(f"it is on {after.branch or 'no branch'} now")
    elif before.head != after.head:
        found.append("it has other commits")
    if before.refusal != after.refusal:
        found.append(after.refusal or "it is no longer protected")
    if before.windows != after.windows:
        found.append("its windows are others")
    old = {loss.kind: loss for loss in before.losses}
    new = {loss.kind: loss for loss in after.losses}
    for kind, loss in new.items():
        if kind not in old or (loss.summary, loss.items) != (old[kind].summary, old[kind].items):
            found.append(f"now {loss.summary}")
    found += [f"no longer {loss.summary}" for kind, loss in old.items() if kind not in new]
    return tuple(found) or ("files in it were edited",)
