"""Whether predictions leave a repository alone, while its sessions work and git cleans up.

In a quiet round every file of the git directory and of all worktrees has to be the same after a
recomputation as before it. In a round with maintenance beside it that cannot be told of what
maintenance itself writes; there it is every reference, index and work file, and the repository
is sound. What was pruned under a prediction is made anew by the next one: then every pair has a
verdict again.
"""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from parallel_tui.adapters.git.read.reader import GitCommands
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.verdict.board import Board
from parallel_tui.model.overlap.pairs import Overlap
from parallel_tui.model.overlap.verdict import Verdict
from parallel_tui.model.session.repository import Repository
from parallel_tui.model.session.worktree import Worktree
from tests.support.big_repo import git

_MAINTENANCE: Final = (
    ("gc", "-q", "--prune=now"),
    ("repack", "-a", "-d", "-q"),
    ("worktree", "prune"),
    ("pack-refs", "--all"),
    ("reflog", "expire", "--expire=now", "--all"),
)
_EVERY: Final = 10
"""Rounds from one with maintenance to the next."""
_CLEANED: Final = ("objects", "logs", "refs", "packed-refs", "gc.pid", "info")
"""What maintenance writes."""


def run(repository: Repository, trees: Sequence[Worktree], rounds: int) -> None:
    """Recompute while sessions commit at random; everything is put back at the end."""
    runner = Runner(repository)
    reader = GitCommands(runner)
    home = Path(repository.main_path)
    for number, tree in enumerate(trees):  # against what is about to be pruned
        git(home, "update-ref", f"refs/bench/{number}", tree.head or "")
    base = reader.base("main").oid
    board = Board(runner)
    chance = random.Random(1)  # noqa: S311 - the same choices each run
    beside = anew = 0
    began = time.monotonic()
    try:
        for number in range(rounds):
            _work(chance, Path(chance.choice(trees).path), number)
            subjects = [(tree, reader.status(tree)) for tree in reader.worktrees()[1:]]

            def recompute() -> list[Overlap]:
                found = list(board.update(base, subjects))[-1]  # noqa: B023 - called in the round
                return [each for each in found if not isinstance(each.verdict, Verdict)]

            if number % _EVERY == _EVERY - 1:
                beside += 1
                _beside(repository, trees, chance.choice(_MAINTENANCE), recompute, number)
            else:
                before = _sum(repository, trees)
                lost = recompute()
                # Pruned may be what was in the repository before, too: once, then it is made anew.
                again = bool(lost) and number > 0 and number % _EVERY == 0
                anew += again
                lost = recompute() if again else lost
                assert not lost, lost[:2]
                _same(before, _sum(repository, trees), number)
    finally:
        board.close()
        for number, tree in enumerate(trees):
            git(Path(tree.path), "reset", "-q", "--hard", f"refs/bench/{number}")
            git(Path(tree.path), "clean", "-fdq", "--", "bench")
            git(home, "update-ref", "-d", f"refs/bench/{number}")
    # Without its cache of commits, which pruning leaves behind what it deletes.
    git(home, "-c", "core.commitGraph=false", "fsck", "--full")
    print(
        f"  {rounds} recomputations ({beside} with maintenance beside, {anew} made anew) "
        f"of {len(trees)} sessions in {time.monotonic() - began:.0f} s: "
        "nothing of the repository changed by them"
    )


def _work(chance: random.Random, tree: Path, number: int) -> None:
    """Anything a session does between two looks."""
    (tree / "bench").mkdir(exist_ok=True)
    (tree / f"bench/{chance.randrange(3)}.txt").write_text(f"{number}\n")
    if chance.random() < 0.3:
        git(tree, "add", "-A")
    if chance.random() < 0.4:
        git(tree, "commit", "-q", "-a", "--allow-empty", "-m", str(number))
    if chance.random() < 0.2:
        git(tree, "commit", "-q", "--amend", "--allow-empty", "-m", f"again {number}")
    if chance.random() < 0.1:
        git(tree, "reset", "-q", "--hard", "HEAD~1")


def _beside(
    repository: Repository,
    trees: Sequence[Worktree],
    maintenance: Sequence[str],
    recompute: Callable[[], object],
    number: int,
) -> None:
    before = _sum(repository, trees, without=_CLEANED), _refs(repository)
    with subprocess.Popen(["git", *maintenance], cwd=repository.main_path) as process:
        recompute()
        assert process.wait() == 0, maintenance
    after = _sum(repository, trees, without=_CLEANED), _refs(repository)
    _same(before[0], after[0], number)
    assert before[1] == after[1], (number, maintenance)


def _refs(repository: Repository) -> str:
    return git(Path(repository.common_dir), "for-each-ref")


def _same(before: dict[str, str], after: dict[str, str], number: int) -> None:
    changed = {path for path in before.keys() | after if before.get(path) != after.get(path)}
    assert not changed, (number, sorted(changed)[:5])


def _sum(
    repository: Repository, trees: Sequence[Worktree], *, without: Sequence[str] = ()
) -> dict[str, str]:
    """Contents of each file of the git directory; size and times of each work file."""
    found: dict[str, str] = {}
    common = repository.common_dir
    for folder, folders, names in os.walk(common):
        if folder == common:
            folders[:] = [name for name in folders if name not in without]
            names = [name for name in names if name not in without]
        elif without and folder.startswith(f"{common}/worktrees/"):
            folders[:] = [name for name in folders if name not in without]
        found[folder] = ""
        for name in names:
            path = Path(folder, name)
            found[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest()
    for tree in trees:
        for folder, _, names in os.walk(tree.path):
            for path in (Path(folder), *(Path(folder, name) for name in names)):
                seen = path.lstat()
                found[str(path)] = f"{seen.st_mode} {seen.st_size} {seen.st_mtime_ns} {seen.st_ino}"
    return found
