"""What each question to git costs, in processes and milliseconds, against the bare command.

Run: `python -m tests.benchmarks.git_costs [--files N] [--worktrees N]`. Prints one line a question;
the floor of a question is git's own command for it, started the cheapest way.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from parallel_tui.adapters.git.read.divergence import Divergences
from parallel_tui.adapters.git.read.reader import GitCommands
from parallel_tui.adapters.git.repo.discover import discover
from parallel_tui.adapters.git.run.runner import Runner

ROUNDS = 7


def milliseconds(action: Callable[[], object]) -> float:
    """Median time of an action."""
    times: list[float] = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        action()
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1000


def command(argv: Sequence[str], directory: Path) -> Callable[[], object]:
    """The floor: a command and its output, nothing else."""
    return lambda: subprocess.run(argv, cwd=directory, capture_output=True, check=False)


def build(root: Path, files: int, worktrees: int) -> Path:
    """A repository with a trunk of 300 commits, files in folders of 50, and worktrees."""
    repo = root / "app"
    run = command
    run(["git", "init", "-q", "-b", "main", str(repo)], root)()
    for number in range(files):
        path = repo / f"d{number // 50}" / f"f{number}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{number}\n")
    for argv in (["add", "-A"], ["commit", "-qm", "first"]):
        run(["git", *argv], repo)()
    for number in range(300):
        run(["git", "commit", "-q", "--allow-empty", "-m", str(number)], repo)()
    for number in range(worktrees):
        path = root / f"w{number}"
        start = f"HEAD~{number * 3}"
        run(["git", "worktree", "add", "-qb", f"b{number}", str(path), start], repo)()
        run(["git", "commit", "-q", "--allow-empty", "-m", "own"], path)()
        (path / "d0" / "f1.txt").write_text("edited\n")
    return repo


def main() -> None:
    """Build, measure, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=3000)
    parser.add_argument("--worktrees", type=int, default=20)
    chosen = parser.parse_args()
    os.environ.update(
        GIT_AUTHOR_NAME="a",
        GIT_AUTHOR_EMAIL="a@b",
        GIT_COMMITTER_NAME="a",
        GIT_COMMITTER_EMAIL="a@b",
        GIT_CONFIG_GLOBAL=os.devnull,
        GIT_OPTIONAL_LOCKS="0",
    )
    with tempfile.TemporaryDirectory() as folder:
        measure(build(Path(folder), chosen.files, chosen.worktrees))


def measure(repo: Path) -> None:
    """Print what each question costs."""
    runner = Runner(discover(str(repo)))
    git = GitCommands(runner)
    trees = git.worktrees()
    base = git.base(None)
    heads = [tree.head for tree in trees if tree.head]
    tree = trees[-1]
    where = Path(tree.path)
    each = [["git", "rev-list", "--left-right", "--count", f"{h}...{base.oid}"] for h in heads]
    porcelain = ["git", "status", "--porcelain=v2", "-z"]
    questions: list[tuple[str, Callable[[], object], Callable[[], object]]] = [
        (
            "worktrees",
            git.worktrees,
            command(["git", "worktree", "list", "--porcelain", "-z"], repo),
        ),
        (
            "divergences",
            lambda: Divergences(runner).of(base.oid, heads),
            lambda: [command(argv, repo)() for argv in each],
        ),
        ("status", lambda: git.status(tree), command(porcelain, where)),
        (
            "status of a tracked path",
            lambda: git.status(tree, ["d0/f1.txt"]),
            command([*porcelain, "--", "d0/f1.txt"], where),
        ),
        (
            "diff",
            lambda: git.diff(tree, base),
            command(["git", "diff", "--merge-base", "main"], where),
        ),
        ("branches", git.branches, command(["git", "for-each-ref"], repo)),
        ("base", lambda: git.base(None), command(["git", "version"], repo)),
        (
            "tracked directories",
            lambda: git.tracked_directories(tree),
            command(["git", "ls-files"], where),
        ),
    ]
    for name, ask, floor in questions:
        before = runner.started
        ask()
        cost = runner.started - before
        ours, bare = milliseconds(ask), milliseconds(floor)
        print(
            f"{name:26} {cost} processes {ours:8.1f} ms  floor {bare:8.1f} ms  {ours / bare:5.2f}x"
        )
    code = (
        "from parallel_tui.adapters.git.repo.discover import find\n"
        "from parallel_tui.adapters.git.repo.worktree_list import resolve\n"
        "for tree in resolve(*find('.')): print(tree.path, tree.branch)"
    )
    ours = milliseconds(command([sys.executable, "-c", code], repo))
    bare = milliseconds(command([sys.executable, "-c", "pass"], repo))
    print(
        f"{'quick list':26} 2 processes {ours:8.1f} ms  floor {bare:8.1f} ms  {ours / bare:5.2f}x"
    )


if __name__ == "__main__":
    main()
