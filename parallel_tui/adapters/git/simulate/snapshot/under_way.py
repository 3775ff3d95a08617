"""Interpret a worktree's work in the middle of a merge, rebase or cherry-pick.

A merge that is not committed yet is the merge it will be. Of a rebase, or any other row of commits,
what is still to come is not there to be judged: what is known then is a lower bound. A bisect only
looks around: the work is that of the branch it will return to.
"""

from __future__ import annotations

import os
import re

from parallel_tui.adapters import small_file
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.quarantine import Quarantine
from parallel_tui.errors import CouldNotLookError, GitError
from parallel_tui.model.session.worktree import OperationKind, Worktree
from parallel_tui.record import dataclass

_OID = re.compile(rb"[0-9a-f]{40}([0-9a-f]{24})?")
_MAKES_A_COMMIT = frozenset(b"pick p reword r edit e squash s fixup f merge m revert".split())


@dataclass(frozen=True, slots=True)
class UnderWay:
    """State of an operation in progress, besides HEAD and the files.

    Attributes:
        merged: Commits that are being merged, as `MERGE_HEAD` names them.
        limited: Why what is there is not all of it; empty when it is.
    """

    merged: tuple[str, ...] = ()
    limited: str = ""


def under_way(worktree: Worktree) -> UnderWay:
    """Read a worktree's operation in progress, without a process.

    Raises:
        CouldNotLookError: When the commits that are being merged cannot be read.
    """
    return UnderWay(_merged(worktree), _limited(worktree))


def parents(
    runner: Runner, quarantine: Quarantine, worktree: Worktree, merged: tuple[str, ...]
) -> tuple[str, ...]:
    """Parents of the commit that will end a merge, as `git commit` writes them; two processes.

    Raises:
        CouldNotLookError: When a commit that is being merged is not there.
        GitError: When git gave no answer.
    """
    every = ((worktree.head or ""), *merged)
    stdin = "".join(f"{each}^{{commit}}\n" for each in every).encode("ascii")
    args = ["cat-file", "--batch-check=%(objectname) %(objecttype)"]
    lines = runner.run(args, stdin=stdin, env=quarantine.env).text.splitlines()
    commits = [line.removesuffix(" commit") for line in lines if line.endswith(" commit")]
    if len(commits) != len(every):
        raise CouldNotLookError("it merges a commit that is not in the repository")
    if _line(worktree, "MERGE_MODE") == b"no-ff":
        return tuple(dict.fromkeys(commits))
    told = runner.run(["merge-base", "--independent", *commits], env=quarantine.env).text.split()
    return tuple(each for each in dict.fromkeys(commits) if each in told)


def returns_to(runner: Runner, quarantine: Quarantine, worktree: Worktree) -> str | None:
    """The commit that a bisect will return to, with one process; `None` without a bisect.

    Raises:
        CouldNotLookError: When that commit cannot be found.
    """
    operation = worktree.operation
    if operation is None or operation.kind is not OperationKind.BISECT:
        return None
    start = os.fsdecode(_line(worktree, "BISECT_START"))
    name = (
        start if _OID.fullmatch(os.fsencode(start)) else f"refs/heads/{operation.branch or start}"
    )
    try:
        args = ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}"]
        return runner.run(args, env=quarantine.env).text.strip()
    except GitError as error:
        raise CouldNotLookError(f"a bisect is under way, and {start!r} names no commit") from error


def _merged(worktree: Worktree) -> tuple[str, ...]:
    try:
        lines = small_file.read(f"{worktree.git_dir}/MERGE_HEAD").split()
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise CouldNotLookError(f"its MERGE_HEAD cannot be read: {error.strerror}") from error
    if not lines or not all(_OID.fullmatch(line) for line in lines):
        raise CouldNotLookError("its MERGE_HEAD names no commits")
    return tuple(line.decode() for line in lines)


def _limited(worktree: Worktree) -> str:
    operation = worktree.operation
    if operation is None or operation.kind in (OperationKind.MERGE, OperationKind.BISECT):
        return ""
    left = _left(worktree)
    if not left:
        return ""
    commits = "1 commit is" if left == 1 else f"{left} commits are"
    return f"a {operation.kind.value} is under way: {commits} still to come"


def _left(worktree: Worktree) -> int:
    """Number of commits that the operation has still to apply."""
    for name in ("rebase-merge/git-rebase-todo", "sequencer/todo"):
        steps = _steps(worktree, name)
        if steps is not None:
            # A rebase takes a step off its list before it does it, the others afterwards.
            return max(0, steps - (name == "sequencer/todo"))
    operation = worktree.operation
    if operation and operation.step is not None and operation.total is not None:
        return max(0, operation.total - operation.step)
    return 0


def _steps(worktree: Worktree, name: str) -> int | None:
    try:
        lines = small_file.read(f"{worktree.git_dir}/{name}", 1 << 20).splitlines()
    except OSError:
        return None
    return sum(
        line.split(maxsplit=1)[:1] != [] and line.split()[0] in _MAKES_A_COMMIT for line in lines
    )


def _line(worktree: Worktree, name: str) -> bytes:
    try:
        found = small_file.read(f"{worktree.git_dir}/{name}", 4096)
        return found.partition(b"\n")[0].strip()
    except OSError:
        return b""
