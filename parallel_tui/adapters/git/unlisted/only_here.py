"""Find commits that only one worktree keeps: HEAD, private references, HEAD's reflog."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from parallel_tui.adapters.git.repo import objects_here, referenced_objects
from parallel_tui.adapters.git.run.environment import text
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.model.session.worktree import Worktree

MOST: Final = 200
"""Commits told at most."""

_PRIVATE: Final = ("refs/bisect", "refs/worktree", "refs/rewritten")
_MADE: Final = re.compile(r"(?:commit|cherry-pick|revert|am)\b")
_BEGIN: Final = re.compile(r"(?:rebase|pull)\b.*\(start\)")
_END: Final = re.compile(r"(?:rebase|pull)\b.*\((?:finish|abort)\)")
_MOVED: Final = re.compile(r"checkout: moving from (\S+) to (\S+)$")


def commits(runner: Runner, worktree: Worktree, heads: Mapping[str, str | None]) -> tuple[str, ...]:
    """One line (`abc1234 subject`) for each commit lost with a worktree; at most three processes.

    Args:
        runner: The gateway to git.
        worktree: Whose.
        heads: Commits of all worktrees by git directory, as just listed.
    """
    others = {oid for git_dir, oid in heads.items() if git_dir != worktree.git_dir and oid}
    head = heads.get(worktree.git_dir, worktree.head)
    mine = {head} if head is not None else set()
    mine |= _private(runner, worktree)
    left, logged = _left_behind(runner, worktree)
    if left - mine - others:
        told = objects_here.kinds(runner, left | logged)
        known = {oid for oid, kind in told.items() if kind == "commit"}
        mine |= left & known
        others |= logged & known
    if not mine:
        return ()
    # The first belong to one worktree and go with it; backups expire.
    own = [*(f"{each}/*" for each in _PRIVATE), "refs/pdev/*"]
    stdin = "".join(f"{oid}\n" for oid in sorted(mine))
    stdin += "".join(f"^{oid}\n" for oid in sorted(others))
    # Asked of the repository, not of the worktree: a missing directory loses commits too.
    args = ["rev-list", "--stdin", "--no-commit-header", "--format=%h %s", f"--max-count={MOST}"]
    args += ["--not", *(f"--exclude={pattern}" for pattern in own), "--glob=refs/*", "--"]
    done = runner.run(args, stdin=stdin.encode("ascii"))
    return tuple(done.text.split("\n")[:-1])


def _private(runner: Runner, worktree: Worktree) -> set[str]:
    """Commits that a worktree's private references name."""
    found: set[str] = set()
    if worktree.is_main:
        return found
    if runner.repository.reftable:
        args = [f"--git-dir={worktree.git_dir}", "for-each-ref", "--format=%(objectname)"]
        return set(runner.run([*args, *_PRIVATE]).text.split())
    for name in _PRIVATE:
        for folder, _, files in os.walk(Path(worktree.git_dir, name)):
            for each in files:
                if not each.endswith(".lock"):
                    found |= referenced_objects.in_file(Path(folder, each))
    return found


def _left_behind(runner: Runner, worktree: Worktree) -> tuple[set[str], set[str]]:
    """Commits made in the worktree on no branch, and those kept by its branches' reflogs.

    What a rebase makes on its way is copies, or was given up with it.
    """
    if worktree.is_main or runner.repository.reftable:
        return set(), set()
    made: set[str] = set()
    branches = {worktree.own_branch} if worktree.own_branch else set()
    rebasing = False
    for oid, subject in _log(Path(worktree.git_dir, "logs/HEAD")):
        if _BEGIN.match(subject):
            rebasing = True
        elif _END.match(subject):
            rebasing = False
        elif not rebasing and _MADE.match(subject):
            made.add(oid)
        moved = _MOVED.match(subject)
        branches |= set(moved.groups()) if moved else set()
    logged: set[str] = set()
    for branch in branches:
        if ".." not in branch.split("/"):
            place = Path(runner.repository.common_dir, "logs/refs/heads", branch)
            logged |= {oid for oid, _ in _log(place)}
    return made - logged, logged


def _log(path: Path) -> Iterable[tuple[str, str]]:
    try:
        lines = text(path.read_bytes()).split("\n")
    except OSError:
        return
    for line in lines:
        who, _, subject = line.partition("\t")
        words = who.split(" ", 2)
        if len(words) == 3 and words[1].strip("0"):
            yield words[1], subject
