"""What a landing asks of the sessions that are still open. Pure."""

from __future__ import annotations

from parallel_tui.model.fact import Unknown, known
from parallel_tui.model.overlap.verdict import Level, Verdict
from parallel_tui.model.session.repository import Base
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from typing import Final

    from parallel_tui.model.overlap.pairs import Overlap
    from parallel_tui.model.session.session import Session
    from parallel_tui.model.view.snapshot import Snapshot

_NAMED: Final = 3
"""Files that are named in a sentence."""


@dataclass(frozen=True, slots=True)
class Concerned:
    """A session whose own changes meet what has just become part of base.

    Attributes:
        key: Its key.
        name: Its name.
        paths: Files that both change.
        conflicts: Whether its work conflicts with base now.
    """

    key: str
    name: str
    paths: tuple[str, ...]
    conflicts: bool = False


def predicted(snapshot: Snapshot) -> bool:
    """Whether it is known of every session what its work does to base as it is now."""
    base, overlaps = known(snapshot.base), known(snapshot.overlaps)
    if base is None or overlaps is None:
        return False
    return all(
        not each.stale and (_about(each, base) or isinstance(each.verdict, Unknown))
        for each in overlaps
        if each.b is None
    ) and all(known(each.divergence) is not None for each in snapshot.sessions if _open(each, base))


def behind(snapshot: Snapshot) -> Mapping[str, str]:
    """Sessions that lack something of base, and have a commit: where each is, by its key."""
    base = known(snapshot.base)
    found = {}
    for each in snapshot.sessions if base is not None else ():
        apart = known(each.divergence)
        head = each.worktree.head if each.worktree else None
        if base is not None and _open(each, base) and head and apart is not None and apart.behind:
            found[each.key] = head
    return found


def concerned(
    snapshot: Snapshot, moved: Collection[str], committed: Mapping[str, Collection[str]]
) -> tuple[Concerned, ...]:
    """Sessions that base's latest changes meet, those with most files first.

    Args:
        snapshot: As `predicted` has it.
        moved: Paths that these changes are of.
        committed: Paths that sessions have changed in commits of their own, by key, of all that
            are `behind`.
    """
    done = _in_base(snapshot)
    clash = {
        each.a
        for each in known(snapshot.overlaps) or ()
        if each.b is None and (each.concern or Level.CLEAR) >= Level.CONFLICT
    }
    found = []
    for each in snapshot.sessions:
        if each.key not in committed or each.key in done:
            continue
        status = known(each.status)
        edited = {entry.path for entry in status.entries} if status else set()
        paths = tuple(sorted(edited.union(committed[each.key]).intersection(moved)))
        if paths:
            found.append(Concerned(each.key, each.name, paths, each.key in clash))
    return tuple(sorted(found, key=lambda each: (-len(each.paths), each.name)))


def still_open(snapshot: Snapshot) -> Mapping[str, str]:
    """Sessions with work that base does not have: what each is at, by its key."""
    base = known(snapshot.base)
    done = _in_base(snapshot)
    found = {}
    for each in snapshot.sessions if base is not None else ():
        ahead = known(each.divergence)
        if base is not None and _open(each, base) and ahead is not None and ahead.ahead:
            head = each.worktree.head if each.worktree else None
            if head is not None and each.key not in done:
                found[each.key] = head
    return found


def landed(before: Mapping[str, str], snapshot: Snapshot) -> tuple[str, ...]:
    """Names of sessions of whose work base has everything now.

    Args:
        before: What was open before base moved, by `still_open`.
        snapshot: As `predicted` has it.
    """
    done = _in_base(snapshot)
    return tuple(
        each.name
        for each in snapshot.sessions
        if each.worktree is not None
        and before.get(each.key, "") == each.worktree.head
        and (each.key in done or ((apart := known(each.divergence)) and not apart.ahead))
    )


def meeting_words(base: str, found: Sequence[Concerned]) -> str:
    """Whom base's latest changes meet, and where.

    Args:
        base: Name of the base branch.
        found: The sessions, at least one.
    """
    first, *rest = found
    more = len(first.paths) - _NAMED
    named = ", ".join(first.paths[:_NAMED]) + (f" and {more} more" if more > 0 else "")
    files = "1 file" if len(first.paths) == 1 else f"{len(first.paths)} files"
    clash = ", and conflicts now" if first.conflicts else ""
    told = f"{base} moved: {files} that {first.name} also edits ({named}){clash}"
    others = [f"{len(each.paths)} of {each.name}" for each in rest]
    return "; ".join((told, *others))


def landed_words(base: str, names: Sequence[str]) -> str:
    """Whose work base has.

    Args:
        base: Name of the base branch.
        names: The sessions, at least one.
    """
    verb = "has" if len(names) == 1 else "have"
    return f"{', '.join(names)} {verb} landed on {base}"


def _in_base(snapshot: Snapshot) -> frozenset[str]:
    return frozenset(
        each.a
        for each in known(snapshot.overlaps) or ()
        if each.b is None and isinstance(each.verdict, Verdict) and each.verdict.in_base
    )


def _about(overlap: Overlap, base: Base) -> bool:
    return isinstance(overlap.verdict, Verdict) and base.oid in overlap.verdict.trees


def _open(session: Session, base: Base) -> bool:
    tree = session.worktree
    if tree is None or tree.bare or tree.missing or tree.head is None:
        return False
    return f"refs/heads/{tree.own_branch}" != base.ref
