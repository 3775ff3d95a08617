"""Turn facts about a session into the losses that its removal would cause. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from parallel_tui.advice import Act, Advice
from parallel_tui.model.lifecycle.removal import Loss, LossKind
from parallel_tui.model.session.git_status import StatusEntry, StatusKind
from parallel_tui.model.session.state import is_shell
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.model.sharing.coordination import Coordination
from parallel_tui.model.text.words import plural
from parallel_tui.model.window.window import Window

_BUSY: Final = 15.0
"""Seconds since a window last printed within which its program counts as working."""

SHOWN: Final = 200
"""Names kept of one loss; its count says how many there are."""


def is_idle(window: Window) -> bool:
    """Whether a window contains only shells at their prompt, or ended programs."""
    return all(pane.dead or is_shell(pane.command) or not pane.command for pane in window.panes)


def needs_consent(window: Window) -> bool:
    """Whether closing a window loses more than an idle shell in our own multiplexer session."""
    return not (window.ours and is_idle(window))


def operation(tree: Worktree) -> Iterable[Loss]:
    """The loss of an operation in progress."""
    if tree.operation is not None:
        step = ""
        if tree.operation.step and tree.operation.total:
            step = f", step {tree.operation.step} of {tree.operation.total}"
        yield Loss(LossKind.OPERATION, f"a {tree.operation.kind.value} under way{step}")


def uncommitted(entries: Sequence[StatusEntry], brought: Callable[[str], bool]) -> Iterable[Loss]:
    """The losses of uncommitted work, by kind.

    Args:
        entries: What `git status` says.
        brought: Whether an untracked entry came with the session and nobody touched it.
    """
    staged: list[str] = []
    modified: list[str] = []
    untracked: list[str] = []
    conflicted: list[str] = []
    for entry in entries:
        if entry.kind is StatusKind.UNTRACKED:
            if not brought(entry.path):
                untracked.append(entry.path)
        elif entry.kind is StatusKind.UNMERGED:
            conflicted.append(entry.path)
        else:
            if entry.index != ".":
                staged.append(entry.path)
            if entry.worktree != ".":
                modified.append(entry.path)
    kinds = (
        (LossKind.CONFLICTED, "conflicted", conflicted),
        (LossKind.STAGED, "staged", staged),
        (LossKind.MODIFIED, "modified", modified),
        (LossKind.UNTRACKED, "untracked", untracked),
    )
    for kind, word, paths in kinds:
        if paths:
            noun = "entry" if kind is LossKind.UNTRACKED else "file"
            many = "entries" if kind is LossKind.UNTRACKED else "files"
            summary = plural(len(paths), f"{word} {noun}", f"{word} {many}")
            yield Loss(kind, summary, tuple(sorted(paths)[:SHOWN]), len(paths))


def unlisted(
    hidden: Sequence[str], submodules: Sequence[str], repositories: Sequence[str]
) -> Iterable[Loss]:
    """The loss of content that no status lists.

    Args:
        hidden: Edited files that git was told not to see.
        submodules: Paths of submodules that are checked out.
        repositories: Other repositories with work that is nowhere else, in words.
    """
    if hidden:
        files = plural(len(hidden), "edited file")
        yield Loss(
            LossKind.HIDDEN,
            f"{files} hidden from git (skip-worktree, assume-unchanged)",
            tuple(hidden[:SHOWN]),
            len(hidden),
        )
    if submodules:
        yield Loss(
            LossKind.SUBMODULES,
            f"{plural(len(submodules), 'submodule')} with their own repositories",
            tuple(submodules[:SHOWN]),
            len(submodules),
        )
    if repositories:
        what = plural(len(repositories), "other repository", "other repositories")
        yield Loss(
            LossKind.REPOSITORIES,
            f"{what} inside, with work that is nowhere else",
            tuple(repositories[:SHOWN]),
            len(repositories),
        )


def windows(all_windows: Sequence[Window]) -> Iterable[Loss]:
    """Windows that are closed only with consent."""
    found = [window for window in all_windows if needs_consent(window)]
    if found:
        items = tuple(
            f"{w.session_name}:{w.index} {w.name} ({w.active_pane.command or 'unknown'})"
            for w in found
        )
        running = sum(not is_idle(window) for window in found)
        what = f"{running} with a running program" if running else "not opened for this session"
        yield Loss(
            LossKind.WINDOWS,
            f"{plural(len(found), 'window')} would be closed, {what}",
            items,
            len(found),
        )


def busy(all_windows: Sequence[Window], now: float) -> Iterable[str]:
    """A note for each window whose program has just printed something: it is at work.

    Args:
        all_windows: The session's.
        now: Epoch seconds.
    """
    for window in all_windows:
        if not is_idle(window) and 0 <= now - window.activity < _BUSY:
            yield f"{window.active_pane.command or 'a program'} is at work in its window right now"


def shared(name: str, now: Coordination) -> Iterable[Loss]:
    """Locks that would be released and handoffs that would be returned.

    Args:
        name: The session.
        now: What sessions share.
    """
    locks = [lock.target for lock in now.locks if lock.is_of(name)]
    if locks:
        yield Loss(
            LossKind.LOCKS,
            f"{plural(len(locks), 'lock')} it holds would be released",
            tuple(sorted(locks)[:SHOWN]),
            len(locks),
        )
    tasks = [f"from {h.sender}: {h.task}" for h in now.handoffs if h.open and h.receiver == name]
    if tasks:
        yield Loss(
            LossKind.HANDOFFS,
            f"{plural(len(tasks), 'open handoff')} would go back to the sender",
            tuple(tasks[:SHOWN]),
            len(tasks),
        )


def open_tasks(name: str, now: Coordination) -> Iterable[Advice]:
    """A note about open tasks of the session; their file stays."""
    for each in now.tasks:
        if each.session == name and each.done < len(each.tasks):
            left = plural(len(each.tasks) - each.done, "open task")
            yield Advice(
                f"{left} of it stay; give them to others with `", Act.PASS_ON, (name,), "`"
            )
