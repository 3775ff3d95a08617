"""Record of the branches that a sync rewrote, for recovery after a crash and for undo."""

from __future__ import annotations

from collections.abc import Mapping

from parallel_tui.model.session.git_status import StatusEntry, StatusKind
from parallel_tui.model.sync.sync import Standing
from parallel_tui.record import dataclass, replace


@dataclass(frozen=True, slots=True)
class Entry:
    """One branch that a run rewrote.

    Attributes:
        name: Name of the session.
        git_dir: Git directory of its worktree.
        branch: The branch.
        before: Where it stood.
        after: Where it stands; empty while it is under way.
        undone: Whether it was put back.
        target: Commit it was brought up to; empty in records of older versions.
    """

    name: str
    git_dir: str
    branch: str
    before: str
    after: str = ""
    undone: bool = False
    target: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One run.

    Attributes:
        time: Its name, such as `20260131-140500`, UTC.
        entries: What it rewrote, in order.
        running: Index tree and status of the entry under way, which is the last; `None` when none.
    """

    time: str
    entries: tuple[Entry, ...] = ()
    running: Standing | None = None

    @property
    def undoable(self) -> bool:
        """Whether any branch of it was not put back yet."""
        return any(not entry.undone for entry in self.entries)


def begun(record: Record, entry: Entry, standing: Standing) -> Record:
    """The record with one more branch under way."""
    return replace(record, entries=(*record.entries, entry), running=standing)


def ended(record: Record, after: str | None) -> Record:
    """The record once the branch under way stands at `after`, or was given back (`None`)."""
    *others, last = record.entries
    kept = (*others, replace(last, after=after)) if after else tuple(others)
    return replace(record, entries=kept, running=None)


def standing_from(data: Mapping[str, object]) -> Standing:
    """How a worktree stood, as `asdict` made it JSON.

    Raises:
        ValueError, TypeError, KeyError: When it is none.
    """
    rows = data["status"]
    if not isinstance(rows, list):
        raise TypeError("status is no list")
    status = tuple(StatusEntry(**{**row, "kind": StatusKind(row["kind"])}) for row in rows)
    if not all(isinstance(each.path, str) for each in status):
        raise TypeError("status names no paths")
    branch, head, original = data["branch"], data["head"], data.get("original")
    return Standing(
        branch if isinstance(branch, str) else None,
        head if isinstance(head, str) else None,
        str(data["index"]),
        status,
        original if isinstance(original, str) else None,
    )
