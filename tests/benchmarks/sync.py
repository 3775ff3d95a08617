"""What a sync costs over the bare `git rebase` calls it makes, in the same run.

Run: `python -m tests.benchmarks.sync [--sessions N] [--commits N] [--files N]`. Every fifth session
conflicts in its last commit. Both sides begin from the same state, put back in between.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import tempfile
import time
from pathlib import Path

from parallel_tui.bootstrap import Overrides, open_core
from parallel_tui.model.sync.sync import Result, SyncOutcome
from tests.benchmarks.harness import refresh
from tests.benchmarks.report import Report, Section


def git(*args: str, cwd: Path, check: bool = True) -> str:
    """Run git and return what it printed."""
    done = subprocess.run(["git", *args], cwd=cwd, capture_output=True, text=True, check=check)
    return done.stdout.strip()


def commit(tree: Path, path: str, text: str) -> None:
    """Write and commit one file."""
    (tree / path).parent.mkdir(parents=True, exist_ok=True)
    (tree / path).write_text(text)
    git("add", "--", path, cwd=tree)
    git("commit", "-qm", f"change {path}", cwd=tree)


def build(root: Path, sessions: int, commits: int, files: int) -> tuple[Path, list[Path]]:
    """A repository and its worktrees, all one commit behind base."""
    repo = root / "app"
    git("init", "-q", "-b", "main", str(repo), cwd=root)
    for number in range(files):
        path = repo / f"d{number // 50}" / f"f{number}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{number}\n")
    git("add", "-A", cwd=repo)
    git("commit", "-qm", "first", cwd=repo)
    trees = []
    for number in range(sessions):
        tree = root / f"app-s{number}"
        git("worktree", "add", "-q", "-b", f"feature/s{number}", str(tree), cwd=repo)
        for step in range(commits - 1):
            commit(tree, f"own{number}/{step}.txt", f"{step}\n")
        clash = number % 5 == 4
        commit(tree, "d0/f1.txt" if clash else f"own{number}/last.txt", f"{number} mine\n")
        trees.append(tree)
    commit(repo, "d0/f1.txt", "base\n")
    return repo, trees


def bare(trees: list[Path], onto: str) -> float:
    """Seconds for the guide's script: check, rebase, abort what conflicts."""
    began = time.perf_counter()
    for tree in trees:
        git("diff", "--quiet", cwd=tree)
        rebase = ["git", "rebase", "-q", onto]
        if subprocess.run(rebase, cwd=tree, capture_output=True, check=False).returncode:
            git("rebase", "--abort", cwd=tree)
    return time.perf_counter() - began


def measure(report: Report, *, sessions: int, commits: int, files: int, rounds: int) -> None:
    """Build, measure, report."""
    report.size = f"{sessions} × {files}"
    os.environ.update(
        GIT_AUTHOR_NAME="a",
        GIT_AUTHOR_EMAIL="a@b",
        GIT_COMMITTER_NAME="a",
        GIT_COMMITTER_EMAIL="a@b",
        GIT_CONFIG_GLOBAL=os.devnull,
    )
    with tempfile.TemporaryDirectory() as folder:
        repo, trees = build(Path(folder), sessions, commits, files)
        os.environ["TMUX_TMPDIR"] = folder
        refresh([repo, *trees], os.environ)
        core = open_core(Overrides(str(repo), {"tmux.socket": "none"}))
        heads = [git("rev-parse", "HEAD", cwd=tree) for tree in trees]
        onto = git("rev-parse", "main", cwd=repo)
        floors, plans, runs, undos = [], [], [], []
        for _ in range(rounds):
            floors.append(bare(trees, onto))
            for tree, head in zip(trees, heads, strict=True):
                git("reset", "-q", "--hard", head, cwd=tree)
            began = time.perf_counter()
            plan = core.syncer.planner.plan(None)
            planned = time.perf_counter()
            found = [e for e in core.syncer.run(plan) if isinstance(e, SyncOutcome)]
            ran = time.perf_counter()
            core.syncer.undo()
            undos.append(time.perf_counter() - ran)
            plans.append(planned - began)
            runs.append(ran - planned)
            assert [git("rev-parse", "HEAD", cwd=tree) for tree in trees] == heads
            clashes = sum(each.result is Result.CONFLICT for each in found)
            assert clashes == sum(row.conflicting for row in plan.sessions) == len(trees) // 5
        floor = min(floors) * 1000
        against = f"git rebase, {commits} commits each"
        for what, values in (
            ("preview: every commit simulated", plans),
            ("run: backups, proofs, records", runs),
            ("undo", undos),
        ):
            report.time(Section.SYNC, what, min(values) * 1000, floor, against)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sessions", type=int, default=20)
    parser.add_argument("--commits", type=int, default=3)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    measure(Report(), **vars(parser.parse_args()))


if __name__ == "__main__":
    main()
