"""Edits of what is somebody else's are denied, and everything else goes on."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parallel_tui import hook
from parallel_tui.adapters.store.files.documents.locks import LockFiles
from parallel_tui.adapters.store.files.mechanics.folder import Folder
from parallel_tui.bootstrap import Core, open_core
from parallel_tui.bootstrap import Overrides as Where
from parallel_tui.model.sharing.lock import Holder, Liveness, Lock, LockState
from parallel_tui.model.text.globs import is_pattern
from tests.hook.calling import Agent, evidence, warned
from tests.support.stores import files_of
from tests.support.world import World

HOSTILE = "a b/[x] #{y} $(touch z)\"'.py"


@pytest.fixture
def mine(world: World) -> Agent:
    """A Claude in the worktree `mine`; `theirs` is another session's."""
    world.worktree("theirs")
    return Agent(world.worktree("mine"), dict(world.env))


def _core(world: World) -> Core:
    return open_core(Where(directory=str(world.repo)), dict(world.env))


def _lock(world: World, *paths: str, owner: str = "theirs", ttl: float | None = None) -> None:
    _core(world).shared.locks.acquire(paths, session=owner, reason="rewriting it", ttl=ttl)


@pytest.mark.parametrize(
    ("tool", "key"),
    [("Edit", "file_path"), ("Write", "file_path"), ("MultiEdit", "file_path"),
     ("NotebookEdit", "notebook_path")],
)  # fmt: skip
def test_an_edit_of_a_locked_path_is_denied_in_one_sentence(
    world: World, mine: Agent, tool: str, key: str
) -> None:
    _lock(world, "src/app.py")
    denied = mine.edit(mine.cwd / "src/app.py", tool, key).denied
    assert denied.startswith("src/app.py is locked by theirs, for ")
    assert "“rewriting it”; ask with `pdev handoff send theirs --file src/app.py" in denied
    assert denied.count(". ") == 0
    assert mine.edit(mine.cwd / "src/other.py", tool, key).said == {}
    assert warned(world.repo / ".claude") == []


def test_its_owner_may_edit_it_and_so_may_all_when_it_is_free(world: World, mine: Agent) -> None:
    _lock(world, "src")
    assert mine.edit(mine.cwd / "src/app.py").denied
    theirs = Agent(world.root / "myapp-theirs", dict(world.env))
    assert theirs.edit(theirs.cwd / "src/app.py").said == {}
    _core(world).shared.locks.release(("src",), session="theirs")
    assert mine.edit(mine.cwd / "src/app.py").said == {}


def test_a_path_is_the_same_in_whatever_worktree_and_wording(world: World, mine: Agent) -> None:
    _lock(world, "src/app.py")
    ways = ("src/app.py", "./src/../src/app.py", world.repo / "src/app.py",
            world.root / "myapp-theirs" / "src" / "app.py", f"{mine.cwd}//src/app.py")  # fmt: skip
    for way in ways:
        assert mine.edit(way).denied, way
    assert mine.edit(world.root / "elsewhere" / "src" / "app.py").said == {}
    assert mine.edit("/").said == {}


def test_a_link_and_what_it_leads_to_are_both_judged(world: World, mine: Agent) -> None:
    _lock(world, "src/app.py")
    _lock(world, "docs")
    (mine.cwd / "alias.py").symlink_to("src/app.py")
    (mine.cwd / "docs").mkdir()
    (mine.cwd / "docs" / "link").symlink_to("../README.md")
    (mine.cwd / "source").symlink_to("src")
    outside = world.root / "outside.py"
    outside.symlink_to(mine.cwd / "src/app.py")
    for way in ("alias.py", "docs/link", "source/app.py", outside):
        assert mine.edit(mine.cwd / way).denied, way
    (mine.cwd / "loop").symlink_to("loop")
    assert mine.edit(mine.cwd / "loop").status == 0


def test_hostile_names_are_only_names(world: World, mine: Agent) -> None:
    _lock(world, f"{HOSTILE.replace('[', '').replace(']', '')}", "src/[x]/**")
    denied = mine.edit(mine.cwd / "src/x/y").denied
    assert denied.startswith("src/x/y is locked by theirs")
    assert mine.edit(mine.cwd / HOSTILE.replace("[", "").replace("]", "")).denied
    assert not (mine.cwd / "z").exists()


def test_a_pattern_covers_what_it_covers_everywhere(world: World, mine: Agent) -> None:
    _lock(world, "src/**/*.sql", "*.lock.json")
    for path, held in {
        "src/a.sql": True, "src/a/b.sql": True, "a.sql": False, "x/y.lock.json": True, "src": False,
    }.items():  # fmt: skip
        assert bool(mine.edit(mine.cwd / path).denied) is held, path


def test_a_lock_of_the_guide_s_script_counts(world: World, mine: Agent) -> None:
    locks = world.repo / ".claude/locks"
    locks.mkdir(parents=True)
    (locks / "src_app.py.lock").write_text("theirs\n")
    (world.repo / ".claude/pdev").mkdir()
    assert "locked by theirs" in mine.edit(mine.cwd / "src/app.py").denied
    assert "locked by theirs" in mine.edit(mine.cwd / "src_app.py").denied
    (locks / "src_app.py.lock").write_text("mine\n")
    assert mine.edit(mine.cwd / "src/app.py").said == {}


def test_a_lock_that_cannot_be_read_is_held(world: World, mine: Agent) -> None:
    _lock(world, "src/app.py")
    meta = world.repo / ".claude/locks/.meta/src_app.py.json"
    meta.write_text("{ broken")
    assert "locked by somebody unknown" in mine.edit(mine.cwd / "src/app.py").denied
    (world.repo / ".claude/locks/src_app.py.lock").write_text("\n")
    assert "somebody unknown" in mine.edit(mine.cwd / "src/app.py").denied


def test_a_lock_whose_session_has_ended_binds_nobody(world: World, mine: Agent) -> None:
    _lock(world, "src/app.py")
    world.git("worktree", "remove", "--force", str(world.root / "myapp-theirs"))
    assert mine.edit(mine.cwd / "src/app.py").said == {}


def test_a_lock_whose_time_is_over_binds_until_it_is_taken(world: World, mine: Agent) -> None:
    _lock(world, "src/app.py", ttl=0.0)
    assert "its time is over; take it over with `pdev lock --take" in mine.edit("src/app.py").denied


def test_other_agents_are_answered_in_their_own_words(world: World, mine: Agent) -> None:
    _lock(world, "src/app.py")
    mine.agent = "gemini"
    answer = mine.edit(mine.cwd / "src/app.py", "write_file")
    assert answer.said["decision"] == "deny"
    assert "locked by theirs" in answer.said["reason"]
    mine.agent = "codex"
    patch = "*** Begin Patch\n*** Update File: README.md\n*** Move to: src/app.py\n*** End Patch"
    told = {"tool_name": "apply_patch", "tool_input": {"command": patch}}
    assert "locked by theirs" in mine.tell("PreToolUse", **told).denied


_NAMES = st.text(alphabet="ab/_*?[]!.", min_size=1, max_size=9)
_TIMES = st.none() | st.floats(0, 4e9)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    target=_NAMES, path=st.text(alphabet="ab/_.", min_size=1, max_size=7),
    owner=st.sampled_from(["mine", "theirs"]), foreign=st.booleans(), ttl=_TIMES, renewed=_TIMES,
    since=st.none() | st.floats(0, 4e9),
    holder=st.sampled_from(
        [None, Holder("elsewhere", "b", 7, "1"), Holder(os.uname().nodename, "older boot", 7, "1")]
    ),
)  # fmt: skip
def test_the_hook_and_the_store_read_one_lock_alike(
    tmp_path_factory: pytest.TempPathFactory, world: World, target: str, path: str, owner: str,
    foreign: bool, ttl: float | None, renewed: float | None, since: float | None,
    holder: Holder | None,
) -> None:  # fmt: skip
    """One lock on the disk is the same lock to both, and covers the same paths."""
    from parallel_tui.adapters.process import liveness
    from parallel_tui.errors import UsageError
    from parallel_tui.model.sharing.granting import decide
    from parallel_tui.model.sharing.lock import check_target, lock_name

    try:
        target, path = check_target(target), check_target(path)
    except UsageError:
        return
    root = tmp_path_factory.mktemp("root")
    files = LockFiles(Folder(str(root)).below("locks"))
    name = lock_name(target)
    files.create(Lock(name, target, owner, since, "", ttl, 1, holder, renewed=renewed))
    if foreign:
        (root / "locks/.meta" / f"{name}.json").unlink()
    (lock,) = files.all()
    place = hook.find(str(world.repo))
    assert place is not None
    place.root = str(root)
    seen = list(hook.locks_about(place, [path]))

    import time

    def judge(lock: Lock) -> LockState:
        return lock.state(time.time(), liveness.liveness(lock.holder, lock.worktree))

    for found in seen:
        assert (found["target"], found["owner"]) == (lock.target, lock.owner)
        if is_pattern(lock.target):
            found["table"] = hook._table(lock.target, fold=False)
        assert found["state"] == judge(lock).value
    core = hook.load(f"{hook.here()}/model/policy/core.py")
    ruling = core.evaluate([(path, "edit")], "mine", None, seen, time.time())
    denied = any(each["verdict"] == "locked" for each in ruling["remarks"])
    state = judge(lock)
    covered = lock.pattern.matches(path) or (lock.foreign and lock.name == lock_name(path))
    assert denied == (covered and owner != "mine" and state is not LockState.DEAD)
    if denied and hook.MAGIC[0] not in path:
        assert decide((path,), "mine", (lock,), judge=judge).blockers


def test_the_session_s_locks_are_renewed_while_it_works(world: World, mine: Agent) -> None:
    _lock(world, "src/app.py", owner="mine", ttl=100.0)
    _lock(world, "README.md", owner="theirs", ttl=100.0)
    store = files_of(_core(world))
    before = {lock.target: lock for lock in store.read().locks}
    assert mine.tell("PostToolUse", tool_name="Bash").said == {}
    after = {lock.target: lock for lock in store.read().locks}
    assert after["README.md"] == before["README.md"]
    renewed, since = after["src/app.py"].renewed, after["src/app.py"].since
    assert renewed is not None
    assert since is not None
    assert renewed > since
    assert after["src/app.py"].state(since + 100, Liveness.ALIVE) is LockState.HELD
    assert before["src/app.py"].state(since + 100, Liveness.ALIVE) is LockState.TAKEABLE
    with store.guard.held():
        path = world.repo / ".claude/locks/.meta/src_app.py.json"
        data = json.loads(path.read_bytes())
        assert {**data, "renewed": 0} == {**data, "renewed": 0, "generation": 1}
        next((world.repo / ".claude/pdev/agents").iterdir()).unlink()
        assert mine.tell("PostToolUse", tool_name="Bash").said == {}, "it waits for nobody"
        assert json.loads(path.read_bytes()) == data, "whoever holds the guard is not disturbed"
    mine.tell("PostToolUse", tool_name="Bash")
    assert json.loads(path.read_bytes())["renewed"] > data["renewed"]


def test_the_other_session_s_change_is_told_once(world: World, mine: Agent) -> None:
    import time

    folder = world.repo / ".claude/pdev/overlaps"
    folder.mkdir(parents=True)
    hunk = "@@ -1 +1 @@\n-x = 1\n+x = \x1b[31m2\n"
    entry = {"session": "theirs", "level": "conflict", "hunk": hunk + "+y\n" * 2000}
    about = {"schema": 1, "at": time.time(), "paths": {"src/app.py": [entry]}}
    (folder / "mine.json").write_text(json.dumps(about))
    told = mine.edit(mine.cwd / "src/app.py").context
    assert "Session theirs has changed src/app.py too" in told
    assert "+x = �[31m2" in told
    assert len(told.encode()) < 2048
    assert mine.edit(mine.cwd / "src/app.py").context == "", "it knows"
    assert mine.edit(mine.cwd / "README.md").context == ""
    entry["hunk"] = "@@ another"
    (folder / "mine.json").write_text(json.dumps(about))
    assert "@@ another" in mine.edit(mine.cwd / "src/app.py").context
    (line,) = evidence(world.repo / ".claude")
    assert line["state"] == "working"
    about["at"] = time.time() - 2 * hook.STALE_OVERLAPS
    entry["hunk"] = "old"
    (folder / "mine.json").write_text(json.dumps(about))
    assert mine.edit(mine.cwd / "src/app.py").context == "", "that was long ago"


def test_nothing_is_written_below_a_link(world: World, mine: Agent, tmp_path: Path) -> None:
    (world.repo / ".claude").mkdir(exist_ok=True)
    (tmp_path / "elsewhere").mkdir()
    (world.repo / ".claude/pdev").symlink_to(tmp_path / "elsewhere")
    mine.session = "mine"
    answer = mine.tell("UserPromptSubmit")
    assert answer.status == 0
    assert "not a plain directory" in answer.warning
    assert list((tmp_path / "elsewhere").iterdir()) == []
