"""Ahead and behind against git's own count, on histories of every shape."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parallel_tui.adapters.git.read.divergence import Divergences
from parallel_tui.errors import GitError
from parallel_tui.model.session.repository import Divergence
from tests.adapters.git.support import Git
from tests.support.world import World


@st.composite
def _histories(draw: st.DrawFn) -> list[tuple[list[int], int]]:
    """Commits as (parents, date): several roots, merges, criss-crosses, clocks that ran back."""
    count = draw(st.integers(2, 14))
    return [
        (
            sorted(draw(st.sets(st.integers(0, number - 1), max_size=3))) if number else [],
            draw(st.integers(1, 30)),
        )
        for number in range(count)
    ]


class Store:
    """A repository whose commits are made in bulk."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.git = Git.of(world)
        self.tree = world.git("rev-parse", "HEAD^{tree}").strip()

    def load(self, history: list[tuple[list[int], int]]) -> list[str]:
        """Write commits with these parents and dates; returns their ids."""
        oids: list[str] = []
        for number, (parents, date) in enumerate(history):
            lines = [f"tree {self.tree}", *(f"parent {oids[parent]}" for parent in parents)]
            who = f"Ada <ada@example.invalid> {1_700_000_000 + date} +0000"
            lines += [f"author {who}", f"committer {who}", "", f"commit {number}"]
            oids.append(self._hash("\n".join(lines) + "\n"))
        return oids

    def _hash(self, content: str) -> str:
        done = subprocess.run(
            ["git", "hash-object", "-t", "commit", "-w", "--stdin"],
            cwd=self.world.repo,
            env=dict(self.world.env),
            input=content.encode(),
            capture_output=True,
            check=True,
        )
        return done.stdout.decode().strip()

    def counted(self, base: str, head: str) -> Divergence:
        """What git itself counts."""
        ahead, behind = self.world.git(
            "rev-list", "--left-right", "--count", f"{head}...{base}"
        ).split()
        return Divergence(int(ahead), int(behind))


@pytest.fixture
def store(world: World) -> Store:
    """An empty store of commits."""
    return Store(world)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=_histories(), window=st.sampled_from([1, 20_000]))
def test_it_is_what_git_counts(
    store: Store, history: list[tuple[list[int], int]], window: int
) -> None:
    oids = store.load(history)
    base, heads = oids[-1], oids[-6:]
    found = Divergences(store.git.runner, window=window).of(base, heads)
    assert dict(found) == {head: store.counted(base, head) for head in heads}


def test_one_process_for_many_heads_and_none_the_second_time(store: Store) -> None:
    # A trunk of 400 with 40 branches of 3 commits, each leaving it somewhere else.
    history: list[tuple[list[int], int]] = [([], 0)]
    history += [([number], number + 1) for number in range(399)]
    tips: list[int] = []
    for number in range(40):
        for step in range(3):
            parent = 360 + number - 1 if step == 0 else len(history) - 1
            history.append(([parent], 1000 + len(history)))
        tips.append(len(history) - 1)
    oids = _fast_load(store, history)
    base = oids[399]
    heads = [oids[tip] for tip in tips]
    git = store.git
    before = git.runner.started
    found = git.read.divergences(base, heads)
    assert git.runner.started == before + 1
    assert [found[head] for head in heads] == [
        Divergence(3, 399 - (360 + number - 1)) for number in range(40)
    ]
    assert git.read.divergences(base, [base, *heads])[base] == Divergence(0, 0)
    assert git.runner.started == before + 1


def _fast_load(store: Store, history: list[tuple[list[int], int]]) -> list[str]:
    """Like `load`, through one fast-import."""
    stream: list[str] = []
    for number, (parents, date) in enumerate(history):
        stream.append(f"commit refs/heads/n{number}\nmark :{number + 1}\n")
        stream.append(f"committer A <a@b> {1_700_000_000 + date} +0000\ndata 1\nx\n")
        stream += [f"from :{parent + 1}\n" for parent in parents[:1]]
    marks = store.world.root / "marks"
    subprocess.run(
        ["git", "fast-import", "--quiet", f"--export-marks={marks}"],
        cwd=store.world.repo,
        env=dict(store.world.env),
        input="".join(stream).encode(),
        check=True,
    )
    pairs = (line.split() for line in marks.read_text().splitlines())
    by_mark = {int(mark[1:]): oid for mark, oid in pairs}
    return [by_mark[number + 1] for number in range(len(history))]


def test_far_and_unrelated_heads_cost_one_process_each_and_spoil_nothing(store: Store) -> None:
    trunk: list[tuple[list[int], int]] = [([], 0)]
    trunk += [([number], number + 1) for number in range(999)]
    near, far = ([998], 2000), ([5], 2001)
    orphan: tuple[list[int], int] = ([], 2002)
    oids = _fast_load(store, [*trunk, near, far, orphan])
    base, heads = oids[999], oids[1000:]
    runner = store.git.runner
    before = runner.started
    found = Divergences(runner, window=200).of(base, heads)
    assert runner.started - before == 3
    assert [found[head] for head in heads] == [
        Divergence(1, 1),
        Divergence(1, 994),
        Divergence(1, 1000),
    ]


def test_what_is_no_object_id_is_refused(world: World) -> None:
    git = Git.of(world)
    head = git.main.head
    assert head is not None
    written = world.root / "x"
    for wrong in (f"--output={written}", "main", "", "f" * 40):
        with pytest.raises(GitError):
            git.read.divergences(head, [wrong])
        with pytest.raises(GitError):
            git.read.divergences(wrong, [head])
    assert not written.exists()
