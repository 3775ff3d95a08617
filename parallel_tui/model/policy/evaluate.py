"""The evaluator, called with values of the model. Pure."""

from __future__ import annotations

from parallel_tui.model.policy import core
from parallel_tui.model.policy.change import Where
from parallel_tui.model.session.git_status import StatusKind
from parallel_tui.model.sharing.lock import LockState
from parallel_tui.model.text import glob_tables
from parallel_tui.model.text.globs import is_pattern
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from parallel_tui.model.policy.change import WrittenPath
    from parallel_tui.model.policy.formats import CompiledPolicy, LockView, Remark
    from parallel_tui.model.session.git_status import StatusEntry
    from parallel_tui.model.sharing.lock import Lock


@dataclass(frozen=True, slots=True)
class Touch:
    """A path that a session changed, and what locks and boundaries say about it.

    Attributes:
        session: Name of the session.
        path: Relative to its worktree.
        where: Where the change stands.
        verdict: `own`, `shared`, `readable`, `unowned`, `foreign` or `unknown`; `locked` for a lock
            of another session, which is a touch of its own.
        action: What it leads to: `allow`, `observe`, `warn`, `ask`, `deny`.
        owner: Whose it is, where it is somebody's.
        pattern: The line, or the lock's target, that says so.
        since: Since when, in epoch seconds, where that is known.
        sentence: The same in words; empty for what is allowed.
        act: What to do about it, as `core` has it.
        what: What to do it to.
    """

    session: str
    path: str
    where: tuple[Where, ...]
    verdict: str
    action: str
    owner: str | None = None
    pattern: str = ""
    since: float | None = None
    sentence: str = ""
    act: str = ""
    what: tuple[str, ...] = ()

    def worded(self, lines: Mapping[str, str]) -> str:
        """One sentence: who, since when, and what to do; see `core.worded`."""
        said: Remark = {"sentence": self.sentence, "act": self.act, "what": list(self.what)}  # type: ignore[typeddict-item]
        return core.worded(said, lines)


def lock_views(
    locks: Iterable[Lock], judge: Callable[[Lock], LockState], *, fold: bool = False
) -> list[LockView]:
    """Locks as the evaluator takes them; dead ones are left out.

    Args:
        locks: All locks.
        judge: State of a lock for others.
        fold: Whether the file system ignores case.
    """
    found: list[LockView] = []
    for lock in locks:
        state = judge(lock)
        if state is LockState.DEAD:
            continue
        found.append(
            {
                "name": lock.name,
                "target": lock.target,
                "owner": lock.owner if lock.problem is None else None,
                "state": str(state),
                "since": lock.since,
                "reason": lock.reason,
                "elsewhere": lock.elsewhere,
                "table": _table(lock.target, fold),
            }
        )
    return found


def _table(target: str, fold: bool) -> glob_tables.Table | None:
    if not is_pattern(target):
        return None
    try:
        return glob_tables.table_of(target, fold=fold)
    except glob_tables.PatternError:  # guessed from the name of another program's lock
        return None


def uncommitted(
    entries: Iterable[StatusEntry],
    files: Sequence[str] | None = None,
    staged: Iterable[WrittenPath] | None = None,
) -> dict[str, tuple[frozenset[Where], bool]]:
    """Where the changes of a status stand, by path, and whether a path stands for a folder.

    Args:
        entries: The status.
        files: Untracked files, where untracked folders are to be taken apart.
        staged: What is staged, where not all that differs from HEAD was written here.
    """
    only = None if staged is None else {change.path for change in staged}
    found: dict[str, tuple[frozenset[Where], bool]] = {}

    def add(path: str, where: Where, *, folder: bool = False) -> None:
        before, was = found.get(path, (frozenset(), False))
        found[path] = (before | {where}, folder or was)

    for entry in entries:
        path = entry.path.rstrip("/")
        if entry.kind is StatusKind.UNTRACKED:
            if files is None:
                add(path, Where.UNTRACKED, folder=entry.path.endswith("/"))
            continue
        new = only is None or path in only
        if new and entry.index != "." and entry.kind is not StatusKind.UNMERGED:
            add(path, Where.STAGED, folder=entry.submodule)
        if entry.worktree != "." or entry.kind is StatusKind.UNMERGED:
            add(path, Where.EDITED, folder=entry.submodule)
        if new and entry.origin is not None and "R" in (entry.index, entry.worktree):
            add(entry.origin, Where.STAGED if entry.index == "R" else Where.EDITED)
    for path in files or ():
        add(path.rstrip("/"), Where.UNTRACKED, folder=path.endswith("/"))
    return found


def all_changes(
    committed: Iterable[WrittenPath], rest: Mapping[str, tuple[frozenset[Where], bool]]
) -> dict[str, tuple[frozenset[Where], bool]]:
    """Changes of commits and those that are not committed, by path."""
    found = dict(rest)
    for change in committed:
        before, folder = found.get(change.path, (frozenset[Where](), False))
        found[change.path] = (before | {Where.COMMITTED}, folder or change.folder)
    return found


def touches(
    session: str,
    changes: Mapping[str, tuple[frozenset[Where], bool]],
    policy: CompiledPolicy | None,
    locks: Sequence[LockView],
    now: float,
) -> tuple[Touch, ...]:
    """What locks and boundaries say about what a session changed.

    Args:
        session: Its name.
        changes: By path.
        policy: The boundaries; `None` when they are not known.
        locks: As `lock_views` has them.
        now: Epoch seconds.

    Returns:
        By path, a lock before what the boundaries say; every path has one that is no lock.
    """
    found: list[Touch] = []
    for path, (where, folder) in sorted(changes.items()):
        role = "folder" if folder else "edit"
        ruling = core.evaluate([(path, role)], session, policy, locks, now)
        stands = tuple(each for each in Where if each in where)
        found += [_touch(session, stands, remark) for remark in ruling["remarks"]]
        if not any(remark["verdict"] != "locked" for remark in ruling["remarks"]):
            found.append(Touch(session, path, stands, ruling["verdicts"][0][1], "allow"))
    return tuple(found)


def _touch(session: str, where: tuple[Where, ...], remark: Remark) -> Touch:
    return Touch(
        session,
        remark["path"],
        where,
        remark["verdict"],
        remark["action"],
        remark["owner"],
        remark["pattern"],
        remark["since"],
        remark["sentence"],
        remark["act"],
        tuple(remark["what"]),
    )
