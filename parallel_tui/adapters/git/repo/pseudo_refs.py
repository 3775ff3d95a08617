"""Detect cherry-picks and reverts in progress where references are stored as reftables.

There `CHERRY_PICK_HEAD` and `REVERT_HEAD` are no files, so `operation` cannot see them.
"""

from __future__ import annotations

from parallel_tui.adapters.git.run.environment import raw
from parallel_tui.model.session.worktree import Operation, OperationKind
from parallel_tui.record import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

    from parallel_tui.adapters.git.run.runner import Runner
    from parallel_tui.model.session.worktree import Worktree

_KINDS: Final = (
    ("CHERRY_PICK_HEAD", OperationKind.CHERRY_PICK),
    ("REVERT_HEAD", OperationKind.REVERT),
)


def with_operations(runner: Runner, trees: Sequence[Worktree]) -> tuple[Worktree, ...]:
    """The same worktrees with these two operations filled in; one process for all of them."""
    questions = [
        f"{_place(tree)}/{name}" for tree in trees if tree.operation is None for name, _ in _KINDS
    ]
    if not questions:
        return tuple(trees)
    asked = b"".join(raw(question) + b"\n" for question in questions)
    # One line an answer: an object type, or the question and "missing".
    answers = runner.run(["cat-file", "--batch-check=%(objecttype)"], stdin=asked).text.split("\n")
    present = {
        question
        for question, answer in zip(questions, answers, strict=False)
        if answer in ("commit", "tag")
    }

    def filled(tree: Worktree) -> Worktree:
        if tree.operation is None:
            for name, kind in _KINDS:
                if f"{_place(tree)}/{name}" in present:
                    return replace(tree, operation=Operation(kind))
        return tree

    return tuple(filled(tree) for tree in trees)


def _place(tree: Worktree) -> str:
    return "main-worktree" if tree.is_main else f"worktrees/{tree.git_dir.rpartition('/')[2]}"
