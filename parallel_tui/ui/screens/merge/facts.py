"""What a plan depends on of what the live view knows, so that changes of it are noticed."""

from __future__ import annotations

from collections.abc import Mapping

from parallel_tui.model.fact import known, why_not
from parallel_tui.model.landing.readiness import ViewedWork
from parallel_tui.model.session.git_status import StatusEntry
from parallel_tui.model.session.session import Session
from parallel_tui.model.text.safe import safe
from parallel_tui.model.text.words import plural
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.record import dataclass

EVERYBODY = None
"""Stands for what every session's place depends on."""


def facts(snapshot: Snapshot | None) -> Mapping[str | None, object]:
    """What a plan depends on, by session, and what concerns all of them.

    Args:
        snapshot: What is shown; `None` before anything was read.
    """
    if snapshot is None:
        return {}
    base, view = known(snapshot.base), known(snapshot.boundaries)
    found: dict[str | None, object] = {
        EVERYBODY: (
            base.oid if base else why_not(snapshot.base),
            view.policy if view else why_not(snapshot.boundaries),
        )
    }
    denied: dict[str, list[str]] = {}
    for touch in view.touches if view else ():
        if touch.action == "deny":
            denied.setdefault(touch.session, []).append(touch.path)
    for each in snapshot.sessions:
        if (tree := each.worktree) is not None:
            found[each.name] = (
                tree.head,
                tree.own_branch,
                tree.operation,
                tree.missing,
                _uncommitted(each),
                denied.get(each.name),
            )
    for shared in snapshot.hosts.sessions if snapshot.hosts is not None else ():
        found[shared.key] = (shared.commit,)
    return found


def _uncommitted(session: Session) -> object:
    work = known(session.status)
    return why_not(session.status) if work is None else work.entries


def changed(
    before: Mapping[str | None, object], now: Mapping[str | None, object]
) -> frozenset[str]:
    """Names of sessions whose place may be another; all of them where base has changed."""
    if before.get(EVERYBODY) != now.get(EVERYBODY):
        return frozenset(name for name in (*before, *now) if name is not None)
    names = {*before, *now}
    return frozenset(
        name for name in names if name is not None and before.get(name) != now.get(name)
    )


def seen_work(snapshot: Snapshot | None) -> ViewedWork | None:
    """What of a plan's questions is answered by what is shown.

    Args:
        snapshot: What is shown; `None` before anything was read.
    """
    if snapshot is None:
        return None
    view = known(snapshot.boundaries)
    heads: dict[str, str | None] = {}
    entries: dict[str, tuple[StatusEntry, ...]] = {}
    for each in snapshot.sessions:
        if (tree := each.worktree) is not None and (work := known(each.status)) is not None:
            heads[tree.git_dir], entries[tree.git_dir] = tree.head, work.entries
    return ViewedWork(heads, entries, view.touches if view and not view.problems else None)


def _has(session: Session, ref: str) -> bool:
    """Whether a branch is checked out in a session."""
    tree = session.worktree
    return tree is not None and tree.branch is not None and f"refs/heads/{tree.branch}" == ref


@dataclass(frozen=True, slots=True)
class BaseState:
    """Base, in words.

    Attributes:
        words: One line.
        known: Whether it is known where base stands.
    """

    words: str
    known: bool = True


def base_state(snapshot: Snapshot | None) -> BaseState:
    """Where base stands, where it is checked out, and how that is."""
    base = known(snapshot.base) if snapshot is not None else None
    if snapshot is None or base is None:
        why = why_not(snapshot.base) if snapshot is not None else "not looked yet"
        return BaseState(f"Base is not known: {safe(why, 300)}", known=False)
    away = f" ↑{base.upstream.ahead} ↓{base.upstream.behind}" if base.upstream is not None else ""
    parts = [f"{safe(base.name, 60)}{away} at {base.oid[:10]}"]
    home = next((each for each in snapshot.sessions if _has(each, base.ref)), None)
    if home is None or home.worktree is None:
        parts.append("checked out nowhere")
    else:
        work = known(home.status)
        if home.worktree.operation is not None:
            state = f"a {home.worktree.operation.kind.value} is half done there"
        elif work is None:
            state = f"not known whether it is clean: {safe(why_not(home.status), 100)}"
        elif edited := len(work.entries) - work.untracked:
            state = f"{plural(edited, 'file')} not committed there, so nothing can land"
        else:
            state = "clean"
        parts.append(f"checked out in {safe(home.worktree.path, 80)}, {state}")
    return BaseState(" · ".join(parts))
