"""What each fact about a session means when the session is to go: pure, from facts to losses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from parallel_tui.model.removal import Loss, LossKind
from parallel_tui.model.status import ChangeKind, StatusEntry
from parallel_tui.model.window import Window
from parallel_tui.model.words import plural
from parallel_tui.model.worktree import Worktree

SHOWN: Final = 200
"""Names kept of one loss; its count says how many there are."""

_SHELLS: Final = frozenset(
    {"ash", "bash", "csh", "dash", "elvish", "fish", "ksh", "mksh", "nu", "pwsh", "rbash", "sh",
     "tcsh", "xonsh", "yash", "zsh"}
)  # fmt: skip


def is_idle(window: Window) -> bool:
    """Whether nothing but shells at rest, or ended programs, is in a window."""
    return all(
        pane.dead or pane.command.removeprefix("-") in _SHELLS or not pane.command
        for pane in window.panes
    )


def needs_consent(window: Window) -> bool:
    """Whether closing a window takes more than a shell at rest in our own tmux session."""
    return not (window.ours and is_idle(window))


def operation(tree: Worktree) -> Iterable[Loss]:
    """An operation that stopped half way."""
    if tree.operation is not None:
        step = ""
        if tree.operation.step and tree.operation.total:
            step = f", step {tree.operation.step} of {tree.operation.total}"
        yield Loss(LossKind.OPERATION, f"a {tree.operation.kind.value} under way{step}")


def uncommitted(entries: Sequence[StatusEntry], brought: Callable[[str], bool]) -> Iterable[Loss]:
    """Uncommitted work by kind.

    Args:
        entries: What `git status` says.
        brought: Whether an untracked entry came with the session and nobody touched it.
    """
    staged: list[str] = []
    modified: list[str] = []
    untracked: list[str] = []
    conflicted: list[str] = []
    for entry in entries:
        if entry.kind is ChangeKind.UNTRACKED:
            if not brought(entry.path):
                untracked.append(entry.path)
        elif entry.kind is ChangeKind.UNMERGED:
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


def windows(all_windows: Sequence[Window]) -> Iterable[Loss]:
    """Windows that are not closed without being asked for."""
    found = [window for window in all_windows if needs_consent(window)]
    if found:
        items = tuple(
            f"{w.session_name}:{w.index} {w.name} ({w.active_pane.command or 'unknown'})"
            for w in found
        )
        running = sum(not is_idle(window) for window in found)
        what = f"{running} with a running program" if running else "not made for it"
        yield Loss(
            LossKind.WINDOWS,
            f"{plural(len(found), 'window')} would be closed, {what}",
            items,
            len(found),
        )
