"""Disasters at every moment of remove, undo, spawn, cleanup and sync: nothing is lost.

Whatever happened, the next verb, whichever it is, finishes the change or takes it back, and both
ways lead to every byte being there. Neither moments nor verbs are listed here: see `moments` and
`settlers`.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

import pytest

from parallel_tui.bootstrap import Core
from parallel_tui.errors import RefusedError
from parallel_tui.model.lifecycle.spawn import SpawnRequest
from tests.lifecycle.conftest import OpenCore
from tests.lifecycle.moments import DISASTERS, STRIDE, Moment, every_moment
from tests.lifecycle.picture import picture
from tests.lifecycle.settlers import settle, settler
from tests.lifecycle.test_settling import IN_A_REBASE, PREPARED, diverged, kill_at
from tests.services.traces import traces
from tests.support.world import World

pytestmark = [
    pytest.mark.timeout(1800 if STRIDE > 1 else 7200),
    pytest.mark.parametrize("disaster", DISASTERS),
]


def busy(world: World, name: str = "auth") -> Path:
    """A worktree with all sorts of work in it."""
    place = world.worktree(name)
    world.commit("src/app.py", f"x = '{name}'\n", cwd=place)
    world.write("src/app.py", "x = 3\n", cwd=place)
    world.write("staged.py", "s", cwd=place)
    world.git("add", "staged.py", cwd=place)
    world.write("notes.txt", "n", cwd=place)
    return place


def settled(core: Core, moment: Moment) -> None:
    """Let the next verb do what it always does first; then nothing may be half done any more."""
    name = settler(moment.number)
    left = core.tools.unfinished()
    told = settle(core, name)
    assert not list(Path(core.repository.runtime_dir, "intents").glob("*")), (name, moment, told)
    assert core.tools.unfinished() == (), (name, moment, told)
    assert told or not left, (name, moment, "it says what it did")


def slow_git(world: World) -> None:
    """Let git's changes take a moment, so that it is met at work by whoever comes next."""
    hook = world.write(".git/hooks/reference-transaction", "#!/bin/sh\nsleep 0.05\n")
    hook.chmod(0o755)


def both(ends: set[bool] | set[int], *wanted: int) -> None:
    """That a verb was met early and late, which only a visit to all moments can promise."""
    assert ends
    assert STRIDE > 1 or ends >= set(wanted), ends


def names(core: Core) -> set[str]:
    return {session.name for session in core.sessions.all()}


def unlocked(world: World) -> None:
    """Do what git's own messages ask for where a full disk killed it: delete its lock files."""
    for lock in (world.repo / ".git").rglob("*.lock"):
        lock.unlink()


def back(core: Core) -> None:
    """Bring everything back that went to the trash; then the trash keeps nothing."""
    for item in core.restorer.items():
        core.restorer.restore(item.id)
    assert not list(Path(core.repository.runtime_dir, "trash").glob("*"))


def test_remove(world: World, core_of: OpenCore, disaster: str) -> None:
    place = busy(world)
    core = core_of()
    core.shared.locks.acquire(["src/app.py"], session="auth")
    before = picture(world, place)
    ends = set()

    def verb() -> None:
        core = core_of()
        core.remover.remove(core.remover.plan("auth"), {"all"}, delete_branch=True)

    for moment in every_moment(world.root, disaster, verb):
        if disaster == "full":
            unlocked(world)
        settled(core, moment)
        there = "auth" in names(core)
        ends.add(there)
        if there:
            assert core.restorer.items() == (), moment
            assert len(core.shared.store.read().locks) == 1, moment
        back(core)
        assert picture(world, place) == before, moment
    both(ends, True, False)


@pytest.mark.parametrize("name", [None, "back"])
def test_undo(world: World, core_of: OpenCore, disaster: str, name: str | None) -> None:
    place = busy(world)
    before = picture(world, place)
    core = core_of()
    core.remover.remove(core.remover.plan("auth"), {"all"}, delete_branch=True)
    for moment in every_moment(
        world.root, disaster, lambda: core_of().restorer.restore("auth", name=name)
    ):
        if disaster == "full":
            unlocked(world)
        settled(core, moment)
        if name in names(core):
            assert core.restorer.items() == (), moment
            core.remover.remove(core.remover.plan("back"), {"all"})
            shutil.rmtree(world.root / "myapp-back", ignore_errors=True)
            continue
        back(core)
        assert picture(world, place) == before, moment


@pytest.mark.parametrize("window", [False, True])
def test_spawn(world: World, core_of: OpenCore, disaster: str, window: bool) -> None:
    core = core_of()
    core.spawner.spawn(SpawnRequest("earlier", window=False))
    before = traces(world)
    ends = set()

    def verb() -> None:
        core_of().spawner.spawn(SpawnRequest("fresh", window=window))

    for moment in every_moment(world.root, disaster, verb):
        if disaster == "full":
            unlocked(world)
        settled(core, moment)
        there = "fresh" in names(core)
        ends.add(there)
        if there:
            core.remover.remove(core.remover.plan("fresh"), {"all"}, delete_branch=True)
        core.expiry.empty(core.restorer.items())
        now = traces(world)
        assert now[0] == before[0], moment
        assert now[1:-1] == before[1:-1] or there, moment
        world.tmux("kill-server", check=False)
    both(ends, False)


def test_cleanup_of_several(world: World, core_of: OpenCore, disaster: str) -> None:
    pictures = {}
    for name in ("one", "two"):
        place = world.worktree(name)
        world.commit(f"{name}.txt", "1\n", cwd=place)
        world.git("merge", "-q", "--squash", f"feature/{name}")
        world.git("commit", "-q", "-m", f"squashed {name}")
    for name in ("one", "two"):
        pictures[name] = picture(world, world.root / f"myapp-{name}")
    core = core_of()
    ends = set()

    def verb() -> None:
        cleaner = core_of().cleaner
        cleaner.clean(cleaner.choose(cleaner.candidates(), []), delete_branch=True)

    for moment in every_moment(world.root, disaster, verb):
        if disaster == "full":
            unlocked(world)
        settled(core, moment)
        ends.add(len(names(core)))
        back(core)
        for name, before in pictures.items():
            assert picture(world, world.root / f"myapp-{name}") == before, (name, moment)
    both(ends, 3, 2)


@pytest.mark.parametrize("merge", [False, True])
def test_sync(world: World, core_of: OpenCore, disaster: str, merge: bool) -> None:
    places = {name: world.worktree(name) for name in ("clash", "fine")}
    for name, place in places.items():
        path = "README.md" if name == "clash" else "own.txt"
        world.commit(path, "mine\n", cwd=place)
        world.write("notes.txt", "untracked\n", cwd=place)
    world.commit("README.md", "base\n")
    new = world.commit("new.txt", "base\n")
    core = core_of()
    if disaster == "alone":
        slow_git(world)
    before = {name: _standing(world, place) for name, place in places.items()}
    ends = set()

    def verb() -> None:
        syncer = core_of().syncer
        list(syncer.run(syncer.planner.plan(None, merge=merge)))

    for moment in every_moment(world.root, disaster, verb):
        if disaster == "full":
            unlocked(world)
        settled(core, moment)
        assert core.syncer.records.unfinished() == [], moment
        assert _standing(world, places["clash"]) == before["clash"], moment
        synced = _standing(world, places["fine"]) != before["fine"]
        ends.add(synced)
        if synced:
            tips = world.git("log", "-1", "--format=%P", "feature/fine").split()
            assert tips[-1] == new, moment
            assert world.git("status", "--porcelain", cwd=places["fine"]) == "?? notes.txt\n"
            core.syncer.undo()
            assert _standing(world, places["fine"]) == before["fine"], moment
    both(ends, True, False)


def test_undo_of_a_sync(world: World, core_of: OpenCore, disaster: str) -> None:
    places = {name: world.worktree(name) for name in ("one", "two")}
    for name, place in places.items():
        world.commit(f"{name}.txt", "mine\n", cwd=place)
        world.write("notes.txt", "untracked\n", cwd=place)
    world.commit("README.md", "base\n")
    core = core_of()
    before = {name: _standing(world, place) for name, place in places.items()}
    list(core.syncer.run(core.syncer.planner.plan(None)))
    after = {name: _standing(world, place) for name, place in places.items()}
    if disaster == "alone":
        slow_git(world)
    ends = set()
    for moment in every_moment(world.root, disaster, lambda: core_of().syncer.undo()):
        if disaster == "full":
            unlocked(world)
        settled(core, moment)
        back = {name: _standing(world, place) == before[name] for name, place in places.items()}
        for name, place in places.items():
            assert back[name] or _standing(world, place) == after[name], (name, moment)
        ends.add(sum(back.values()))
        with suppress(RefusedError):  # when all is put back already
            core.syncer.undo()
        for name, place in places.items():
            assert _standing(world, place) == before[name], (name, moment)
    both(ends, 0, 2)


def test_sync_that_moves_base_on(world: World, core_of: OpenCore, disaster: str) -> None:
    bare = world.root / "origin.git"
    world.git("clone", "-q", "--bare", str(world.repo), str(bare), cwd=world.root)
    world.git("remote", "add", "origin", str(bare))
    old = world.git("rev-parse", "main").strip()
    new = world.commit("new.txt", "base\n")
    world.git("push", "-q", "origin", "main")
    world.git("branch", "-q", "--set-upstream-to=origin/main", "main")
    world.git("reset", "-q", "--hard", old)
    world.write("notes.txt", "untracked\n")
    if disaster == "alone":
        slow_git(world)
    ends = set()

    def verb() -> None:
        syncer = core_of().syncer
        list(syncer.run(syncer.planner.plan(None, fetch=False)))

    for moment in every_moment(world.root, disaster, verb):
        if disaster == "full":
            unlocked(world)
        settled(core_of(), moment)
        tip = world.git("rev-parse", "main").strip()
        ends.add(tip == new)
        assert tip in (old, new), moment
        assert world.git("status", "--porcelain") == "?? notes.txt\n", moment
        assert (world.repo / "new.txt").exists() == (tip == new), moment
    # Alone, git dies as it tells of a fast-forward that nobody listens to: it never gets there.
    both(ends, False, *([True] if disaster != "alone" else []))


@pytest.mark.parametrize("merge", [False, True])
def test_the_recovery_itself(world: World, core_of: OpenCore, disaster: str, merge: bool) -> None:
    """Killed as often as one likes, the next one goes on."""
    place = diverged(world)
    before = _standing(world, place)
    how = ["--merge"] if merge else []
    when = IN_A_REBASE if not merge else PREPARED
    kill_at(world, ["sync", "w", "--no-fetch", *how], hook="reference-transaction", when=when)
    if disaster == "alone":
        slow_git(world)
    visited = 0
    for moment in every_moment(world.root, disaster, lambda: core_of().tools.settle()):
        if disaster == "full":
            unlocked(world)
        visited += 1
        settled(core_of(), moment)
        assert _standing(world, place) == before, moment
    assert visited or STRIDE > 1


def _standing(world: World, place: Path) -> tuple[object, ...]:
    """What a session is, apart from the traces of having been looked at."""
    kept = ("files", "index", "status", "head", "symbolic", "stash", "config")
    seen = picture(world, place)
    files = seen["files"]
    assert isinstance(files, dict)
    contents = {key: (kind, mode, data) for key, (kind, mode, _, data) in files.items()}
    return (contents, *(seen[key] for key in kept[1:]))
