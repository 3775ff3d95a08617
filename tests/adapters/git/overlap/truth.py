"""What really happens when one session is landed and the other merged or rebased after it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from parallel_tui.adapters.git.read.reader import GitCommands
from parallel_tui.adapters.git.repo.discover import discover
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.quarantine import Quarantine
from parallel_tui.adapters.git.simulate.snapshot.work import snapshot
from parallel_tui.adapters.git.simulate.verdict.outcomes import Outcome
from parallel_tui.adapters.git.simulate.verdict.predict import Predictor
from parallel_tui.model.overlap.verdict import Level, Verdict
from tests.adapters.git.overlap.histories import GitAbortedError
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


_SETTINGS = r"^(merge|filter|diff|core\.(attributesfile|autocrlf|eol|ignorecase|filemode|symlinks))"


class Real:
    """A clone in which works, kept as `refs/work/<name>`, are landed and rebased for real."""

    def __init__(self, world: World, clone: Path, base: str) -> None:
        self._world = world
        self._clone = clone
        self._base = base

    def git(self, *args: str) -> str:
        """Run git in the clone and return what it printed."""
        return self._world.git(*args, cwd=self._clone)

    def merges(self, first: str, second: str | None) -> bool:
        """Land one on base, then (if given) merge the other: whether the last step is clean."""
        self._fresh("main")
        if second is None:
            return self._tried("merge", "-q", "--no-ff", "--no-edit", f"refs/work/{first}")
        assert self.merges(first, None), "the first does not land; judge that pair otherwise"
        return self._tried("merge", "-q", "--no-ff", "--no-edit", f"refs/work/{second}")

    def is_landed(self, name: str) -> bool:
        """Whether base has all that it does already: landing it leaves base as it is."""
        return self.merges(name, None) and not self.git("diff", "--name-only", self._base, "HEAD")

    def is_own(self, name: str) -> bool:
        """Whether it has any commit that base has not."""
        return bool(self.git("rev-list", "-1", f"{self._base}..refs/work/{name}"))

    def rebases(self, onto: str | None, name: str) -> bool:
        """Land one on base (or none), then rebase the other: whether no commit conflicts."""
        if onto:
            assert self.merges(onto, None), "what does not land cannot be rebased to"
        else:
            self._fresh("main")
        landed = self.git("rev-parse", "HEAD").strip()
        self._fresh(name)
        return self._tried("rebase", "-q", landed)

    def _tried(self, *args: str) -> bool:
        """Whether a merge or rebase went through; anything but a conflict is an error of ours."""
        done = subprocess.run(
            ["git", *args], cwd=self._clone, env=dict(self._world.env), capture_output=True
        )
        if b"BUG: " in done.stderr:
            raise GitAbortedError(done.stderr)
        under_way = [
            name
            for name in ("MERGE_HEAD", "rebase-merge", "rebase-apply")
            if (self._clone / ".git" / name).exists()
        ]
        assert (done.returncode, bool(under_way)) in ((0, False), (1, True)), done
        return done.returncode == 0

    def _fresh(self, branch: str) -> None:
        """Stand at a branch as if nothing had been tried; base itself where it is `main`."""
        for verb in ("merge", "rebase"):
            self._world.git(verb, "--abort", cwd=self._clone, check=False)
        target = self._base if branch == "main" else f"refs/work/{branch}"
        self.git("checkout", "-q", "-f", "-B", f"try-{branch}", target)
        self.git("clean", "-ffdxq")


class Scratch(Real):
    """A clone of a world, its settings and sessions in it."""

    def __init__(self, world: World, names: Sequence[str] = ("one", "two")) -> None:
        clone = world.root / "scratch"
        shutil.rmtree(clone, ignore_errors=True)
        world.git("clone", "-q", "--no-local", str(world.repo), str(clone))
        super().__init__(world, clone, world.git("rev-parse", "main").strip())
        told = world.git("config", "--local", "-z", "--get-regexp", _SETTINGS, check=False)
        for field in filter(None, told.split("\0")):
            key, _, value = field.partition("\n")
            self.git("config", "--add", key, value)
        attributes = world.repo / ".git/info/attributes"
        if attributes.exists():
            shutil.copy(attributes, clone / ".git/info/attributes")
        for name in names:
            self._bring(name)

    def _bring(self, name: str) -> None:
        """Keep the session's commits, and its uncommitted work as one more."""
        source = self._world.root / f"myapp-{name}"
        head = self._world.git("rev-parse", "HEAD", cwd=source).strip()
        self.git("fetch", "-q", str(source), head)
        self.git("checkout", "-q", "-f", "-B", "bring", head)
        for entry in self._clone.iterdir():
            if entry.name != ".git":
                shutil.rmtree(entry) if _is_folder(entry) else entry.unlink()
        for entry in source.iterdir():
            if entry.name == ".git":
                continue
            if _is_folder(entry):
                shutil.copytree(entry, self._clone / entry.name, symlinks=True)
            else:
                shutil.copy2(entry, self._clone / entry.name, follow_symlinks=False)
        self.git("add", "-A")
        merging = self._merging(source)
        if merging or self.git("status", "--porcelain"):
            self.git("commit", "-q", "-m", "work")
        self.git("update-ref", f"refs/work/{name}", "HEAD")

    def _merging(self, source: Path) -> bool:
        """Stand in the middle of the merge that a worktree stands in the middle of, if any."""
        found = False
        for name in ("MERGE_HEAD", "MERGE_MODE"):
            told = self._world.git("rev-parse", "--git-path", name, cwd=source).strip()
            if (source / told).exists():
                shutil.copy(source / told, self._clone / ".git" / name)
                found = True
        if found:
            for line in (self._clone / ".git/MERGE_HEAD").read_text().split():
                self.git("fetch", "-q", str(source), line)
        return found


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def compare(
    real: Real, verdicts: Mapping[tuple[str, str], Outcome], names: tuple[str, str]
) -> Level | None:
    """Hold the verdicts on two sessions and base against the real thing.

    Returns:
        The level of the pair; `None` when one of them does not even land.

    Raises:
        AssertionError: At a false alarm or a miss.
    """
    lands, rebases = {}, {}
    for name in names:
        verdict = verdicts["base", name]
        assert isinstance(verdict, Verdict), verdict
        lands[name] = real.merges(name, None)
        assert (verdict.level is Level.CONFLICT) == (not lands[name]), verdict
        if lands[name]:
            assert verdict.in_base == (real.is_own(name) and real.is_landed(name)), verdict
            rebases[name] = real.rebases(None, name)
            assert (verdict.level is Level.REBASE) == (not rebases[name]), verdict
    if not all(lands.values()):
        return None
    verdict = verdicts[names]
    assert isinstance(verdict, Verdict), verdict
    landed = [name for name in names if real.is_landed(name)]
    if len(landed) == 1:  # that one was first, whatever is to come
        clean = real.merges(landed[0], next(name for name in names if name not in landed))
    else:
        orders = [real.merges(*names), real.merges(*reversed(names))]  # either may be first
        clean = all(orders)
        one_works = any(orders) and not clean
        assert verdict.first == (("b", "a")[orders[0]] if one_works else ""), verdict
    assert (verdict.level is Level.CONFLICT) == (not clean), verdict
    if clean:
        # What cannot be rebased to base alone is no news about the pair.
        replays = all(
            real.rebases(other, name) for name, other in (names, names[::-1]) if rebases[name]
        )
        assert (verdict.level is Level.REBASE) == (not replays), verdict
    return verdict.level
