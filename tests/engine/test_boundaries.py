"""Boundaries in the live view: what is told, and how rarely git is asked."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping

import pytest

from parallel_tui.adapters.config import boundaries_text
from parallel_tui.adapters.disk.policy_file import PolicyFile
from parallel_tui.adapters.git.read.changed_paths import ChangedPaths
from parallel_tui.adapters.git.read.reader import GitCommands
from parallel_tui.adapters.git.repo.discover import discover
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.store.files.store import FileStore
from parallel_tui.engine.facts import Facts
from parallel_tui.engine.sources import boundaries
from parallel_tui.engine.sources.boundaries import BoundaryReader
from parallel_tui.errors import GitError
from parallel_tui.model.fact import Unknown
from parallel_tui.model.policy.change import WrittenPath
from parallel_tui.model.policy.view import BoundaryView
from parallel_tui.model.session.git_status import WorkStatus
from parallel_tui.services.policy.policies import Policies
from tests.support.world import World

POLICY = "sessions: {one: {owns: [src/one/**]}, two: {owns: [src/two/**]}}\n"


class Asked(ChangedPaths):
    """Real answers, counted."""

    def __init__(self, runner: Runner) -> None:
        super().__init__(runner)
        self.heads: list[tuple[str, ...]] = []
        self.broken = False

    def committed(self, base: str, heads: Iterable[str]) -> Mapping[str, tuple[WrittenPath, ...]]:
        """Count and ask."""
        self.heads.append(tuple(heads))
        if self.broken:
            raise GitError("git is away")
        return super().committed(base, heads)


class Watched:
    """A reader on a real repository, whose other facts a test reads when it wants."""

    def __init__(self, world: World) -> None:
        self.repository = discover(str(world.repo))
        runner = Runner(self.repository)
        self.git = GitCommands(runner)
        self.asked = Asked(runner)
        self.facts = Facts(self.repository, time.time)
        self.store = FileStore(self.repository.coordination_root)
        self.news = 0
        file = PolicyFile(self.repository.coordination_root, self.repository.common_dir)
        policies = Policies(self.git, self.asked, boundaries_text.parse, file, {}, time.time)
        self.reader = BoundaryReader(lambda: (policies, self.asked), self.facts, self._changed)

    def _changed(self) -> None:
        self.news += 1

    def look(self) -> BoundaryView:
        """Read the other facts, then boundaries."""
        trees = self.git.worktrees()
        self.facts.put(worktrees=trees, base=self.git.base(None), coordination=self.store.read())
        for tree in trees:
            self.facts.put_status(tree.git_dir, WorkStatus.of(self.git.status(tree)), None)
        self.reader.read()
        found = self.facts.boundaries
        assert isinstance(found, BoundaryView), found
        return found


@pytest.fixture
def watched(world: World) -> Watched:
    """Two sessions with boundaries."""
    world.commit(".claude/parallel-config.yml", POLICY)
    for name in ("one", "two"):
        world.worktree(name)
    return Watched(world)


def told(view: BoundaryView) -> list[tuple[str, str, str]]:
    return [(each.session, each.path, each.verdict) for each in view.touches]


def test_edits_commits_and_locks_are_told(world: World, watched: Watched) -> None:
    one, two = world.root / "myapp-one", world.root / "myapp-two"
    assert told(watched.look()) == []
    world.commit("src/two/a", "1\n", cwd=one)
    world.write("src/one/a", "1\n", cwd=two)
    world.git("add", "-A", cwd=two)
    world.write("README", "1\n", cwd=one)
    assert told(watched.look()) == [
        ("one", "src/two/a", "foreign"),
        ("two", "src/one/a", "foreign"),
        ("one", "README", "unowned"),
    ]
    world.git("reset", "-q", "--hard", "main", cwd=one)
    world.git("reset", "-q", "--hard", cwd=two)
    (one / "README").unlink()
    world.write("src/one/b", "1\n", cwd=one)
    world.git("add", "-A", cwd=one)
    assert told(watched.look()) == []
    world.write(".claude/locks/src_one_b.lock", "two\n")
    assert told(watched.look()) == [("one", "src/one/b", "locked")]


def test_git_is_asked_only_about_commits_that_moved(world: World, watched: Watched) -> None:
    one = world.root / "myapp-one"
    watched.look()
    before, news = len(watched.asked.heads), watched.news
    for number in range(3):
        world.write("src/one/a", f"{number}\n", cwd=one)
        watched.look()
    assert len(watched.asked.heads) == before
    assert watched.news == news
    world.commit("src/two/a", "1\n", cwd=one)
    watched.look()
    head = world.git("rev-parse", "HEAD", cwd=one).strip()
    assert watched.asked.heads[before:] == [(head,)]
    watched.look()
    assert len(watched.asked.heads) == before + 1


def test_a_new_base_has_new_boundaries(world: World, watched: Watched) -> None:
    world.write("src/two/a", "1\n", cwd=world.root / "myapp-one")
    world.git("add", "-A", cwd=world.root / "myapp-one")
    assert len(told(watched.look())) == 1
    world.commit(".claude/parallel-config.yml", "sessions: {one: {owns: ['**']}}\n")
    assert told(watched.look()) == []
    kept = json.loads((world.repo / ".claude/pdev/policy.json").read_bytes())
    assert kept["base"]["commit"] == world.git("rev-parse", "main").strip()
    world.commit(".claude/parallel-config.yml", "sessions: [")
    view = watched.look()
    assert view.bounded
    assert "is not YAML" in view.problems[0]


def test_what_hooks_read_is_put_back_without_asking_git(
    world: World, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.look()
    file = world.repo / ".claude/pdev/policy.json"
    before = file.read_bytes()
    file.write_text("{}", encoding="utf-8")
    monkeypatch.setattr(boundaries, "RECONCILE", 0.0)
    monkeypatch.setattr(watched.git, "files_at", None)
    watched.reader.read()
    assert file.read_bytes() == before


def test_nothing_is_asked_or_written_where_there_is_nothing_to_measure_by(world: World) -> None:
    world.worktree("one")
    world.commit("x", "1\n", cwd=world.root / "myapp-one")
    watched = Watched(world)
    view = watched.look()
    assert not view.bounded
    assert not view.drafted
    assert view.touches == ()
    assert watched.asked.heads == []
    assert not (world.repo / ".claude").exists()


def test_what_is_written_down_and_not_on_base_is_a_draft(world: World) -> None:
    watched = Watched(world)
    world.write(".claude/parallel-config.yml", "max_sessions: 3\n")
    assert not watched.look().drafted
    world.write(".claude/parallel-config.yml", f"max_sessions: 3\n{POLICY}")
    view = watched.look()
    assert (view.bounded, view.drafted) == (False, True)
    world.git("add", "-A")
    world.git("commit", "-q", "-m", "boundaries")
    view = watched.look()
    assert (view.bounded, view.drafted) == (True, False)


def test_that_git_gave_no_answer_is_not_shown_as_nothing(world: World, watched: Watched) -> None:
    watched.asked.broken = True
    world.commit("src/two/a", "1\n", cwd=world.root / "myapp-one")
    with pytest.raises(AssertionError, match="git is away"):
        watched.look()
    assert isinstance(watched.facts.boundaries, Unknown)
    watched.asked.broken = False
    assert len(told(watched.look())) == 1
