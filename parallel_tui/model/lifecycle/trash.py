"""Trash items: their fields, their JSON form, and when they expire."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from parallel_tui.record import asdict, dataclass

_LATEST: Final = 1e11
DAY: Final = 86400.0
"""Nothing younger than this many seconds expires, whatever the settings say."""


@dataclass(frozen=True, slots=True)
class TrashItem:
    """A removed session that can be restored.

    Attributes:
        id: Its name in the trash; safe in paths and in names of references.
        session: Name of the session.
        path: Where its worktree stood.
        git_dir: Where the worktree's own git directory stood.
        branch: Branch it worked on; `None` when detached.
        tip: Commit that branch stood at; `None` when there was none.
        head: Commit that HEAD named; `None` while the branch had no commit.
        removed: When, in epoch seconds.
        reason: The verb that put it here: `remove`, `cleanup`, `prune`, `spawn`.
        size: Bytes on disk when it was removed; at least that many when counting was cut short.
        tree: Where its files lie; `None` when the directory was gone already.
        inode: Inode of the worktree directory, by which it is known again half way.
        branch_config: The `branch.<name>.*` settings, as key and value.
        submodules: Whether it holds submodules, whose links name the old place.
        run: Common name of the items that one command removed together; empty for one alone.
    """

    id: str
    session: str
    path: str
    git_dir: str
    branch: str | None
    tip: str | None
    head: str | None
    removed: float
    reason: str
    size: int = 0
    tree: str | None = None
    inode: int = 0
    branch_config: tuple[tuple[str, str], ...] = ()
    submodules: bool = False
    run: str = ""

    def as_json(self) -> dict[str, Any]:
        """The item as the manifest stores it."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> TrashItem:
        """Parse a manifest; keys added by later versions are ignored.

        Raises:
            ValueError: When something is missing or of the wrong kind.
        """
        try:
            known = {name: data[name] for name in cls.__match_args__ if name in data}
            known["branch_config"] = tuple(
                (str(key), str(value)) for key, value in known.get("branch_config", ())
            )
            item = cls(**known)
            for name in ("id", "session", "path", "git_dir", "reason", "run"):
                _demand(name, getattr(item, name), str)
            for name in ("branch", "tip", "head", "tree"):
                _demand(name, getattr(item, name), str, type(None))
            for name in ("size", "inode"):
                _demand(name, getattr(item, name), int)
            _demand("removed", item.removed, int, float)
            if abs(item.removed) > _LATEST:
                raise ValueError("'removed' is no time")
        except (TypeError, KeyError, AttributeError) as error:
            raise ValueError(str(error)) from error
        return item


def _demand(name: str, value: object, *kinds: type) -> None:
    """Check a manifest's field that names a file."""
    if not isinstance(value, kinds) or (isinstance(value, bool)):
        raise ValueError(f"{name!r} holds {type(value).__name__}")
    if isinstance(value, str) and "\0" in value:
        raise ValueError(f"{name!r} holds a character that no path has")


def expired(
    items: Sequence[TrashItem], now: float, *, days: int, limit: int
) -> tuple[tuple[TrashItem, str], ...]:
    """Items that may be deleted for good, each with the reason; oldest first.

    Args:
        items: Everything in the trash.
        now: Epoch seconds.
        days: Age from which on an item goes.
        limit: Bytes that all items together may take; beyond it the oldest go, but never one
            that is younger than a day.
    """
    found: list[tuple[TrashItem, str]] = []
    total = sum(item.size for item in items)
    for item in sorted(items, key=lambda each: (each.removed, each.id)):
        age = now - item.removed
        if age < DAY:
            continue
        if age >= days * DAY:
            found.append((item, f"older than {days} days"))
        elif total > limit:
            found.append((item, "the trash is over its size"))
        else:
            continue
        total -= item.size
    return tuple(found)


@dataclass(frozen=True, slots=True)
class SyncBackup:
    """Backups of one sync, kept so that it can be undone.

    Attributes:
        time: Name of the run, such as `20260131-140500`.
        when: The same in epoch seconds.
        sessions: Names of the sessions it rewrote and that were not put back yet.
        refs: References that keep their commits.
    """

    time: str
    when: float
    sessions: tuple[str, ...]
    refs: tuple[str, ...]


def expired_syncs(
    backups: Sequence[SyncBackup], now: float, *, days: int, count: int
) -> tuple[tuple[SyncBackup, str], ...]:
    """Backups of syncs that may be deleted, each with the reason; oldest first.

    Args:
        backups: All of them.
        now: Epoch seconds.
        days: Age from which on one goes.
        count: How many stay at most; beyond it the oldest go, but never one younger than a day.
    """
    found: list[tuple[SyncBackup, str]] = []
    ordered = sorted(backups, key=lambda each: (each.when, each.time))
    for place, each in enumerate(ordered):
        age = now - each.when
        if age >= max(days, 1) * DAY:
            found.append((each, f"older than {days} days"))
        elif age >= DAY and len(ordered) - place > count:
            found.append((each, f"more than {count} syncs"))
    return tuple(found)
