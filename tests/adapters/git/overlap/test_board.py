"""All overlaps kept up to date: what an update costs, what it tells, and what it leaves alone."""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from parallel_tui.adapters.git.read.reader import GitCommands
from parallel_tui.adapters.git.repo.discover import discover
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.verdict.board import Board
from parallel_tui.adapters.git.simulate.verdict.cache import VerdictCache
from parallel_tui.errors import CouldNotLookError
from parallel_tui.model.fact import PENDING, Fact, Unknown
from parallel_tui.model.overlap.pairs import Overlap
from parallel_tui.model.overlap.verdict import Level, Verdict
from parallel_tui.model.session.git_status import StatusEntry
from tests.support.world import World

LINES = "".join(f"{n}\n" for n in range(1, 21))


def line(number: int, text: str) -> str:
    return LINES.replace(f"\n{number}\n", f"\n{text}\n", 1)


class Desk:
    """A board on a world, with fresh statuses for each update."""

    def __init__(self, world: World, cache: Path | None = None) -> None:
        repository = discover(str(world.repo))
        self.runner = Runner(repository)
        self.git = GitCommands(self.runner)
        self.now = 100.0
        store = VerdictCache(cache, repository) if cache else None
        self.board = Board(self.runner, cache=store, clock=lambda: self.now)
        self.cost = 0

    def steps(self, first: str | None = None) -> list[tuple[Overlap, ...]]:
        """All that one update yields; its cost in processes stands in `cost`."""
        trees = self.git.worktrees()[1:]
        base = self.git.base(None).oid
        subjects = [(tree, self.git.status(tree)) for tree in trees]
        key = next((tree.git_dir for tree in trees if tree.path.endswith(f"-{first}")), None)
        before = self.runner.started
        found = list(self.board.update(base, subjects, changed_first=key))
        self.cost = self.runner.started - before
        return found

    def steps_without_status(self, gone: str) -> tuple[Overlap, ...]:
        """The outcome of an update although one worktree's directory is gone."""
        subjects = [
            (tree, () if tree.path.endswith(f"-{gone}") else self.git.status(tree))
            for tree in self.git.worktrees()[1:]
        ]
        return list(self.board.update(self.git.base(None).oid, subjects))[-1]

    def levels(self) -> dict[tuple[str, str], Level | None]:
        return named(self.steps()[-1])


def named(overlaps: Sequence[Overlap]) -> dict[tuple[str, str], Level | None]:
    def name(key: str | None) -> str:
        return Path(key).name.removeprefix("myapp-") if key else "base"

    return {(name(each.a), name(each.b)): each.level for each in overlaps}


@pytest.fixture
def desk(world: World) -> Iterator[Desk]:
    world.commit("f", LINES)
    for number, name in enumerate("abcd"):
        tree = world.worktree(name)
        world.commit("f", line(3 if name in "ab" else 9 + 3 * number, name), cwd=tree)
    made = Desk(world)
    yield made
    made.board.close()
    assert not made.board.quarantine.path.exists()


def test_what_an_update_costs(world: World, desk: Desk) -> None:
    first = desk.steps()
    assert all(each.verdict is PENDING for each in first[0])
    assert len(first[-1]) == 4 + 6
    told = named(first[-1])
    assert told["a", "b"] is Level.CONFLICT
    assert told["a", "c"] is Level.SAME_FILE
    assert told["a", "base"] is Level.CLEAR

    assert desk.steps()[-1] == first[-1]
    assert desk.cost == 0

    (world.root / "myapp-d" / "f").write_text(line(3, "d"))
    later = desk.steps("d")
    stale = {pair for pair, each in zip(named(later[0]), later[0], strict=True) if each.stale}
    assert stale == {("d", "base"), ("a", "d"), ("b", "d"), ("c", "d")}
    assert named(later[0]) == told  # old levels stand while new ones are worked out
    assert not any(each.stale for each in later[-1])
    assert named(later[-1])["a", "d"] is Level.CONFLICT
    one_change = desk.cost

    (world.root / "myapp-d" / "f").write_text(line(3, "e"))  # the same status, other contents
    desk.steps("d")
    assert 0 < desk.cost <= one_change <= 13


def test_since_follows_the_level(world: World, desk: Desk) -> None:
    def since() -> float | None:
        found = desk.steps()[-1]
        return found[list(named(found)).index(("a", "d"))].since

    assert since() == 100.0
    desk.now = 200.0
    world.write("other", "x\n", cwd=world.root / "myapp-d")
    assert since() == 100.0
    world.write("f", line(3, "d"), cwd=world.root / "myapp-d")
    assert since() == 200.0
    world.git("reset", "-q", "--hard", "main", cwd=world.root / "myapp-d")
    assert since() is None


def test_unknown_pending_and_cancelled(world: World, desk: Desk) -> None:
    trees = desk.git.worktrees()[1:]
    base = desk.git.base(None).oid
    facts: list[Fact[tuple[StatusEntry, ...]]] = [Unknown("the disk is slow"), PENDING, (), ()]
    subjects = list(zip(trees, facts, strict=True))
    for found in desk.board.update(base, subjects, cancelled=lambda: True):
        assert not any(isinstance(each.verdict, Verdict) for each in found)
    found = list(desk.board.update(base, subjects))[-1]
    told = {pair: each.verdict for pair, each in zip(named(found), found, strict=True)}
    assert told["a", "b"] == told["a", "base"] == Unknown("the disk is slow")
    assert told["b", "c"] is PENDING
    assert isinstance(told["c", "d"], Verdict)


def test_a_restart_is_warm_and_a_broken_cache_is_empty(
    world: World, desk: Desk, tmp_path: Path
) -> None:
    def run() -> tuple[tuple[Overlap, ...], int]:
        made = Desk(world, tmp_path / "cache")
        made.now = desk.now
        try:
            return made.steps()[-1], made.cost
        finally:
            made.board.close()

    world.write("f", line(3, "dirty"), cwd=world.root / "myapp-c")
    cold, cost = run()
    desk.now = 500.0
    warm, less = run()
    assert warm == cold
    assert less <= 6 < cost  # version and settings, trees, one snapshot; no merge
    world.git("config", "merge.renames", "false")
    assert run()[1] > less  # settings that decide about merges have changed
    (file,) = (tmp_path / "cache/overlap").iterdir()
    for junk in (
        b"",
        b"{}",
        b"\xff",
        b'{"format": 1, "fingerprint": 3, "verdicts": 7}',
        b"[" * 9**5,
    ):
        file.write_bytes(junk)
        assert named(run()[0]) == named(cold)
    file.unlink()
    file.mkdir()
    assert named(run()[0]) == named(cold)


def test_settings_that_change_while_we_run(world: World, desk: Desk) -> None:
    assert desk.levels()["a", "b"] is Level.CONFLICT
    (world.repo / ".git/info").mkdir(exist_ok=True)
    (world.repo / ".git/info/attributes").write_text("f merge=union\n")
    assert desk.levels()["a", "b"] is Level.NEAR
    world.git("config", "user.nickname", "decides nothing")
    desk.levels()
    assert desk.cost == 1  # the settings were looked at, nothing was merged
    desk.levels()
    assert desk.cost == 0
    (world.repo / ".git/info/attributes").unlink()
    assert desk.levels()["a", "b"] is Level.CONFLICT


def test_both_sides_of_a_path(world: World, desk: Desk) -> None:
    world.write("f", line(3, "not committed"), cwd=world.root / "myapp-b")
    found = desk.steps()[-1]
    pair = found[list(named(found)).index(("a", "b"))]
    base = desk.git.base(None).oid
    detail = desk.board.detail(base, pair.a, pair.b, "f")
    assert [hunk.text for hunk in detail.ours.hunks] == ["-3\n+a"]
    assert [hunk.text for hunk in detail.theirs.hunks] == ["-3\n+not committed"]
    assert [(author.commit is None, author.name) for author in detail.theirs.authors] == [
        (True, ""),
        (False, "Ada"),
    ]
    assert detail.merged is not None
    marked = [each[:7] for each in detail.merged.splitlines()]
    assert marked[2:7] == ["<<<<<<<", "a", "=======", "not com", ">>>>>>>"]
    world.commit("f", line(3, "base"))
    desk.steps()
    against = desk.board.detail(desk.git.base(None).oid, pair.a, None, "f")
    assert [hunk.text for hunk in against.ours.hunks] == ["-3\n+base"]
    assert [hunk.text for hunk in against.theirs.hunks] == ["-3\n+a"]
    assert against.merged is not None
    assert "<<<<<<<" in against.merged
    with pytest.raises(CouldNotLookError):
        desk.board.detail(base, "nobody", None, "f")


def test_a_full_quarantine_is_emptied(
    world: World, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = desk.levels()
    for name in ("MAX_BYTES", "MEASURE_EVERY"):
        monkeypatch.setattr(f"parallel_tui.adapters.git.simulate.verdict.board.{name}", 0)
    world.write("f", line(3, "x"), cwd=world.root / "myapp-d")
    after = desk.levels()
    changed = {pair for pair in before if before[pair] is not after[pair]}
    assert changed == {("a", "d"), ("b", "d"), ("c", "d")}
    assert after["a", "d"] is after["b", "d"] is Level.CONFLICT


def test_a_missing_directory_and_a_lost_object_are_unknown(world: World, desk: Desk) -> None:
    desk.levels()
    tree = world.root / "myapp-d"
    world.write("g", "only here\n", cwd=tree)
    world.git("add", "g", cwd=tree)
    blob = world.git("rev-parse", ":g", cwd=tree).strip()
    world.commit("g", "only here\n", cwd=tree)
    world.commit("g", LINES, cwd=world.root / "myapp-a")
    (world.repo / ".git/objects" / blob[:2] / blob[2:]).unlink()
    (world.root / "myapp-c").rename(world.root / "gone")
    found = desk.steps_without_status("c")
    told = {pair: each.verdict for pair, each in zip(named(found), found, strict=True)}
    assert isinstance(told["a", "d"], Unknown)
    assert isinstance(told["b", "c"], Unknown)
    assert "is gone" in told["b", "c"].reason
    assert named(found)["a", "b"] is Level.CONFLICT


def _sum(root: Path) -> dict[str, object]:
    """Every file with its contents and time, and every folder with its time.

    Not the times of objects: git sets that of one that it would have written, were it not there.
    """
    found: dict[str, object] = {}
    for folder, _, names in os.walk(root):
        for name in names:
            path = Path(folder, name)
            seen = path.lstat()
            data = b"" if path.is_symlink() else path.read_bytes()
            time = 0 if "/objects/" in folder else seen.st_mtime_ns
            found[str(path)] = (hashlib.sha256(data).hexdigest(), time, seen.st_mode)
        found[folder] = Path(folder).stat().st_mtime_ns
    return found


def test_nothing_is_touched_while_sessions_work(world: World, desk: Desk) -> None:
    chance = random.Random(4)  # noqa: S311 - the same choices each run
    trees = [world.root / f"myapp-{name}" for name in "abcd"]
    for round_number in range(30):
        tree = chance.choice(trees)
        world.write(f"n{chance.randrange(3)}/x", f"{round_number}\n", cwd=tree)
        world.write("f", line(chance.randrange(2, 20), f"r{round_number}"), cwd=tree)
        if chance.random() < 0.4:
            world.git("add", "-A", cwd=tree)
        if chance.random() < 0.5:
            world.git("commit", "-q", "-a", "-m", str(round_number), cwd=tree)
        if round_number == 20:
            world.git("gc", "-q", "--prune=now")
        before = _sum(world.root)
        desk.levels()
        assert _sum(world.root) == before


def test_gc_beside_does_no_harm(world: World, desk: Desk) -> None:
    for number in range(6):
        tree = world.root / "myapp-d"
        world.commit("f", line(3, f"try {number}"), cwd=tree)
        with subprocess.Popen(
            ["git", "gc", "-q", "--prune=now"], cwd=world.repo, env=dict(world.env)
        ) as process:
            desk.levels()
            world.git("reset", "-q", "--hard", "HEAD~1", cwd=tree)
            world.git("reflog", "expire", "--expire=now", "--all")
            process.wait()
        world.git("gc", "-q", "--prune=now")  # the commit that was judged is gone now
        assert None not in desk.levels().values()
    assert "error" not in world.git("fsck", "--full", check=False)
