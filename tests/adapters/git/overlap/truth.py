"""What really happens when one session is landed and the other merged or rebased after it."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from parallel_tui.adapters.git.discover import discover
from parallel_tui.adapters.git.overlap.predict import Outcome, Predictor
from parallel_tui.adapters.git.overlap.quarantine import Quarantine
from parallel_tui.adapters.git.overlap.work import snapshot
from parallel_tui.adapters.git.reader import GitCommands
from parallel_tui.adapters.git.runner import Runner
from tests.support.world import World


def predict(
    world: World, names: Sequence[str], *, version: tuple[int, ...] | None = None
) -> dict[tuple[str, str], Outcome]:
    """Verdicts of all pairs of sessions, and of each against base (under `("base", name)`)."""
    repository = discover(str(world.repo))
    runner = Runner(repository)
    git = GitCommands(runner)
    base = git.base(None).oid
    trees = {Path(tree.path).name.removeprefix("myapp-"): tree for tree in git.worktrees()}
    quarantine = Quarantine(repository)
    try:
        predictor = Predictor(runner, quarantine, version=version)
        heads = {name: trees[name].head or "" for name in names}
        trees_of = predictor.landings.trees_of(list(heads.values()))
        works = {
            name: snapshot(
                runner, quarantine, trees[name], git.status(trees[name]), trees_of[heads[name]]
            )
            for name in names
        }
        by_key = {work.key: name for name, work in works.items()}
        alone = predictor.against_base(base, list(works.values()))
        pairs = [(works[a], works[b]) for n, a in enumerate(names) for b in names[n + 1 :]]
        between = predictor.between(base, pairs)
        return {
            **{("base", by_key[key]): outcome for key, outcome in alone.items()},
            **{(by_key[a], by_key[b]): outcome for (a, b), outcome in between.items()},
        }
    finally:
        quarantine.close()


@dataclass
class Scratch:
    """A copy of a world in which everything may be done for real."""

    world: World
    _made: int = 0

    def _clone(self) -> Path:
        self._made += 1
        target = self.world.root / f"scratch-{self._made}"
        self.world.git("clone", "-q", "--no-local", str(self.world.repo), str(target))
        return target

    def _bring(self, clone: Path, name: str) -> None:
        """Make branch `name` in the clone with the session's commits and its uncommitted work."""
        source = self.world.root / f"myapp-{name}"
        head = self.world.git("rev-parse", "HEAD", cwd=source).strip()
        self.world.git("fetch", "-q", str(source), head, cwd=clone)
        self.world.git("checkout", "-q", "-B", f"s-{name}", head, cwd=clone)
        for entry in clone.iterdir():
            if entry.name != ".git":
                shutil.rmtree(
                    entry
                ) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
        for entry in source.iterdir():
            if entry.name != ".git":
                copy = (
                    shutil.copytree if entry.is_dir() and not entry.is_symlink() else shutil.copy2
                )
                copy(entry, clone / entry.name)
        self.world.git("add", "-A", cwd=clone)
        if self.world.git("status", "--porcelain", cwd=clone):
            self.world.git("commit", "-q", "-m", "work", cwd=clone)

    def merges(self, first: str, second: str | None) -> bool:
        """Land one on base, then (if given) merge the other: whether the last step is clean."""
        clone = self._clone()
        for name in filter(None, (first, second)):
            self._bring(clone, name)
        self.world.git("checkout", "-q", "main", cwd=clone)
        clean = True
        for name in filter(None, (first, second)):
            if not clean:
                raise AssertionError("the first does not land; judge that pair otherwise")
            self.world.git("merge", "-q", "--no-ff", f"s-{name}", cwd=clone, check=False)
            clean = not self.world.git("ls-files", "-u", cwd=clone)
        shutil.rmtree(clone)
        return clean

    def rebases(self, onto: str | None, name: str) -> bool:
        """Land one on base (or none), then rebase the other: whether no commit conflicts."""
        clone = self._clone()
        for each in filter(None, (onto, name)):
            self._bring(clone, each)
        self.world.git("checkout", "-q", "main", cwd=clone)
        if onto:
            self.world.git("merge", "-q", "--no-ff", f"s-{onto}", cwd=clone)
        self.world.git("checkout", "-q", f"s-{name}", cwd=clone)
        self.world.git("rebase", "-q", "main", cwd=clone, check=False)
        git_dir = clone / ".git"
        clean = not (git_dir / "rebase-merge").exists() and not (git_dir / "rebase-apply").exists()
        shutil.rmtree(clone)
        return clean
