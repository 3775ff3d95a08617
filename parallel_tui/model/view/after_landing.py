"""What a landing asks of the sessions that are still open. Pure."""

from __future__ import annotations

from parallel_tui.model.fact import Unknown, known
from parallel_tui.model.landing.uses import use_words
from parallel_tui.model.overlap.verdict import Level, Verdict
from parallel_tui.model.session.repository import Base
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from typing import Final

    from parallel_tui.model.landing.uses import NameUse
    from parallel_tui.model.overlap.pairs import Overlap
    from parallel_tui.model.session.session import Session
    from parallel_tui.model.session.worktree import Worktree
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
        uses: What of it its own changes use by name.
    """

    key: str
    name: str
    paths: tuple[str, ...]
    conflicts: bool = False
    uses: tuple[NameUse, ...] = ()


@dataclass(frozen=True, slots=True)
class Behind:
    """A session that lacks something of base.

    Attributes:
        key: Its key.
        name: Its name.
        tree: Its worktree.
        head: Its last commit.
        edited: Paths that are not committed in it.
        conflicts: Whether its work conflicts with base, where that is known already.
    """

    key: str
    name: str
    tree: Worktree
    head: str
    edited: frozenset[str] = frozenset()
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


def behind(snapshot: Snapshot) -> tuple[Behind, ...]:
    """Sessions that lack something of base, have a commit, and are not in base already.

    Args:
        snapshot: As `predicted` has it.
    """
    base, done = known(snapshot.base), _in_base(snapshot)
    clash = {
        each.a
        for each in known(snapshot.overlaps) or ()
        if each.b is None and (each.concern or Level.CLEAR) >= Level.CONFLICT
    }
    found = []
    for each in snapshot.sessions if base is not None else ():
        apart, tree = known(each.divergence), each.worktree
        if tree is None or base is None or apart is None or each.key in done:
            continue
        if _open(each, base) and tree.head and apart.behind:
            status = known(each.status)
            edited = frozenset(entry.path for entry in status.entries) if status else frozenset()
            found.append(Behind(each.key, each.name, tree, tree.head, edited, each.key in clash))
    return tuple(found)


def concerned(
    some: Sequence[Behind],
    moved: Collection[str],
    committed: Mapping[str, Collection[str]],
    used: Mapping[str, tuple[NameUse, ...]],
) -> tuple[Concerned, ...]:
    """Sessions that base's latest changes meet, those with most files first.

    Args:
        some: Those that are behind.
        moved: Paths that these changes are of.
        committed: Paths that sessions have changed in commits of their own, by commit.
        used: What they use by name of these changes, by key.
    """
    found = []
    for each in some:
        paths = tuple(sorted(each.edited.union(committed[each.head]).intersection(moved)))
        names = used.get(each.key, ())
        if paths or names:
            found.append(Concerned(each.key, each.name, paths, each.conflicts, names))
    return tuple(sorted(found, key=lambda each: (-len(each.paths), -len(each.uses), each.name)))


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


def meeting_words(base: str, found: Sequence[Concerned], landed: Sequence[str] = ()) -> str:
    """Whom base's latest changes meet, and where.

    Args:
        base: Name of the base branch.
        found: The sessions, at least one.
        landed: Names of the sessions whose landing moved it, where it was one.
    """
    first, *rest = found
    told = []
    if first.paths:
        more = len(first.paths) - _NAMED
        named = ", ".join(first.paths[:_NAMED]) + (f" and {more} more" if more > 0 else "")
        files = "1 file" if len(first.paths) == 1 else f"{len(first.paths)} files"
        clash = ", and conflicts now" if first.conflicts else ""
        told.append(f"{files} that {first.name} also edits ({named}){clash}")
    if first.uses:
        whose = "it" if told else first.name
        told.append(f"{whose} uses what has changed: {use_words(first.uses)}")
    told += [
        f"{len(each.paths)} of {each.name}"
        if each.paths
        else f"{each.name} uses {each.uses[0].name}"
        for each in rest
    ]
    how = f" ({', '.join(landed)} landed)" if landed else ""
    return f"{base} moved{how}: {'; '.join(told)}"


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
