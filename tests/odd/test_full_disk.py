"""A disk that takes no more: what is told as done is done, and of what is not nothing remains."""

from __future__ import annotations

import os
import re
import resource
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from parallel_tui.adapters.disk import files
from parallel_tui.adapters.store.files.mechanics.change import SharedChange
from parallel_tui.adapters.store.files.store import FileStore
from parallel_tui.adapters.undo.intents import Intents
from parallel_tui.bootstrap import Core
from parallel_tui.errors import NO_ROOM, GitError, ParallelError, RefusedError
from parallel_tui.model.lifecycle.spawn import SpawnRequest
from parallel_tui.model.sharing.journal import JournalEntry
from parallel_tui.ports.taken import TakenError
from tests.services.conftest import OpenCore
from tests.services.conftest import core_of as core_of
from tests.support.stores import files_of
from tests.support.world import World


def in_words(error: ParallelError) -> None:
    """See that what the disk refused is told in words, with the remedy; git tells it in its own."""
    assert "Errno" not in error.message
    if "File too large" in error.message and not isinstance(error, GitError):
        assert error.hint == NO_ROOM, error.message


@contextmanager
def room(size: int) -> Iterator[None]:
    """No file may grow beyond so many bytes: writes are cut short there, then refused."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def pictured(root: Path) -> dict[str, bytes]:
    """What the shared files say, without what only notes what was done."""
    found = {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }
    notes = ("pdev/guard", "pdev/journal.jsonl", "status.md")
    return {name: data for name, data in found.items() if name not in notes}


def shape(picture: dict[str, bytes]) -> dict[str, bytes]:
    """The same without what differs between two runs: times, ids, process ids."""
    return {
        re.sub(r"\d{10,}_[0-9a-f]+", "EVENT", name): re.sub(
            rb"\b(h[0-9a-f]{10}|\d{10,}(\.\d+)?(_[0-9a-f]+)?)\b", b"0", data
        )
        for name, data in picture.items()
    }


def _hand_off(core: Core) -> object:
    return core.shared.handoffs.send("api", task="review " + "x" * 300, session="auth")


def _accept(core: Core) -> object:
    (pending,) = (each for each in core.shared.handoffs.all() if each.open)
    return core.shared.handoffs.decline(pending.id, "busy", session="api")


VERBS: Final[dict[str, Callable[[Core], object]]] = {
    "lock": lambda core: core.shared.locks.acquire(["new.py", "src/new"], session="auth"),
    "renew": lambda core: core.shared.locks.acquire(["held.py"], session="auth", reason="y" * 99),
    "take over": lambda core: core.shared.locks.acquire(["over.py"], session="auth", take=True),
    "unlock": lambda core: core.shared.locks.release([], session="auth", everything=True),
    "unlock by force": lambda core: core.shared.locks.release(
        ["over.py"], session="auth", force=True, reason="gone"
    ),
    "register": lambda core: core.shared.registry.register("new", status="idle", task="t" * 200),
    "end": lambda core: core.shared.registry.end("auth"),
    "complete": lambda core: core.shared.registry.complete("task", "auth"),
    "hand off": _hand_off,
    "answer": _accept,
    "emit": lambda core: core.shared.events.emit(
        "note", session="auth", payload='"' + "p" * 200 + '"'
    ),
    "acknowledge": lambda core: core.shared.events.acknowledge([], session="web", everything=True),
    "tick": lambda core: core.shared.tasks.tick(1, session="auth"),
    "pass on": lambda core: core.shared.tasks.pass_on("gone", ["auth", "api"]),
}


def prepare(core: Core) -> None:
    shared = core.shared
    shared.registry.register("auth", task="login")
    shared.registry.register("api")
    shared.locks.acquire(["held.py", "other.py"], session="auth", reason="r")
    shared.locks.acquire(["over.py"], session="api", ttl=0.0)
    shared.handoffs.send("api", task="t", session="auth")
    shared.events.emit("note", session="auth")
    tasks = files_of(core).tasks.folder
    tasks.write("session-auth-tasks.md", b"# auth\n- [ ] one\n")
    tasks.write("session-api-tasks.md", b"# api\n- [ ] one\n")
    tasks.write(
        "session-gone-tasks.md",
        ("# gone\n" + "".join(f"- [ ] task {n}\n" for n in range(9))).encode(),
    )


@pytest.mark.parametrize("verb", VERBS)
def test_an_act_is_done_exactly_when_it_is_told_as_done(
    world: World, core_of: OpenCore, verb: str
) -> None:
    for name in ("auth", "api", "web"):
        world.worktree(name)
    core = core_of()
    prepare(core)
    root = world.repo / ".claude"
    kept = world.root / "kept"
    shutil.copytree(root, kept)

    def again() -> None:
        shutil.rmtree(root)
        shutil.copytree(kept, root)

    before = pictured(root)
    assert VERBS[verb](core)
    wanted = shape(pictured(root))
    assert wanted != shape(before)
    sizes = {path.stat().st_size for path in root.rglob("*") if path.is_file()}
    journal = (kept / "pdev/journal.jsonl").stat().st_size
    rooms = {0, 1, 3, journal + 1, journal + 20, max(sizes) + 1}
    rooms |= {size + more for size in sizes for more in (-1, 0)}
    outcomes = set()
    for size in sorted(each for each in rooms if each >= 0):
        again()
        fresh = core_of()
        told = "done"
        try:
            with room(size):
                VERBS[verb](fresh)
        except ParallelError as error:
            told = error.message
        if told == "done":
            assert shape(pictured(root)) == wanted, f"{size} bytes"
        else:
            assert pictured(root) == before, f"{size} bytes: told {told!r}"
        outcomes.add(told == "done")
        # Nothing of it spoils what comes next.
        files_of(fresh).log.write(JournalEntry(1, "x", "after", {}))
        assert fresh.shared.store.journal(1)[0].what == "after"
        assert fresh.shared.store.read().problems == ()
    assert outcomes == {False, True}


def test_what_was_told_of_a_full_disk_is_a_warning_where_the_act_is_done(
    world: World, core_of: OpenCore
) -> None:
    world.worktree("auth")
    core = core_of()
    core.shared.locks.acquire(["a"], session="auth")
    journal = world.repo / ".claude/pdev/journal.jsonl"
    for _ in range(40):
        with core.shared.store.change("auth") as tx:
            tx.journal.add("fill", {"x": "y" * 50})
    with room(journal.stat().st_size + 5):
        receipt = core.shared.locks.acquire(["b"], session="auth")
    assert any("journal" in warning for warning in receipt.warnings)
    assert {lock.target for lock in core.shared.locks.all()} == {"a", "b"}


@pytest.mark.parametrize("extra", range(60))
def test_a_line_of_the_journal_is_whole_or_not_there(tmp_path: Path, extra: int) -> None:
    store = FileStore(str(tmp_path))
    entry = JournalEntry(1, "w", "lock", {"t": "1"})
    store.log.write(entry)
    file = tmp_path / "pdev/journal.jsonl"
    size = file.stat().st_size
    try:
        with room(size + extra):
            store.log.write(entry)
    except RefusedError:
        assert file.stat().st_size == size
    else:
        assert file.stat().st_size == 2 * size
    file.write_bytes(file.read_bytes() + b'{"torn')  # as a kill in the middle leaves it
    store.log.write(entry)
    assert [each.what for each in store.journal(9)].count("lock") == len(
        [line for line in file.read_bytes().split(b"\n") if line.endswith(b"}")]
    )
    assert store.journal(1) == (entry,)


@pytest.mark.parametrize("size", range(0, 200, 3))
def test_a_note_of_a_change_is_whole_or_not_there(tmp_path: Path, size: int) -> None:
    folder = tmp_path / "intents"
    intents = Intents(folder)
    try:
        with room(size):
            intent = intents.begin("remove", {"x": "y" * 40})
            for step in ("kept", "listed", "moved", "unregistered"):
                intent.finished(step)
    except OSError:
        assert list(folder.iterdir()) == []
        return
    intent.finished("last")
    intent.release()
    (found,) = intents.abandoned()
    assert list(intents.unreadable()) == []
    assert found.about == {"x": "y" * 40}
    assert found.steps[-1] == "last"


def test_a_write_that_is_cut_short_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: real(fd, bytes(data[:3])))
    target = tmp_path / "file"
    files.write_atomically(target, b"0123456789")
    assert target.read_bytes() == b"0123456789"


@pytest.mark.parametrize("size", range(0, 30, 3))
def test_an_atomic_write_leaves_the_old_or_the_new(tmp_path: Path, size: int) -> None:
    target = tmp_path / "w/file"
    target.parent.mkdir()
    target.write_bytes(b"old")
    try:
        with room(size):
            files.write_atomically(target, b"n" * 20)
    except OSError:
        assert target.read_bytes() == b"old"
    else:
        assert target.read_bytes() == b"n" * 20
    assert [path.name for path in target.parent.iterdir()] == ["file"]


def test_a_change_that_fails_half_way_is_taken_back(tmp_path: Path) -> None:
    store = FileStore(str(tmp_path / "root"))
    store.root.write("a", b"old")
    store.root.write("gone", b"kept")
    (tmp_path / "root/folder").mkdir()
    before = pictured(tmp_path)

    def onto_a_folder() -> None:
        with SharedChange(store.root) as change:
            change.put(store.root, "a", b"new")
            change.put(store.root, "b", b"new")
            change.remove(store.root, "gone")
            change.create(store.root, "c", b"new")
            change.put(store.root, "folder", b"cannot be replaced")

    def onto_a_file() -> None:
        with SharedChange(store.root) as change:
            change.remove(store.root, "gone")
            change.put(store.root, "a", b"new")
            change.create(store.root, "a", b"is there")

    with pytest.raises(RefusedError, match="folder cannot be written"):
        onto_a_folder()
    assert pictured(tmp_path) == before
    with pytest.raises(TakenError):
        onto_a_file()
    assert pictured(tmp_path) == before
    assert store.root.drafts().names() == ()


def test_what_somebody_else_made_meanwhile_survives_taking_back(tmp_path: Path) -> None:
    store = FileStore(str(tmp_path / "root"))
    store.root.write("a", b"old")

    def meddle(here: int, there: int) -> None:
        (tmp_path / "root/a").write_bytes(b"foreign")

    def act() -> None:
        with SharedChange(store.root) as change:
            change.remove(store.root, "a")
            change._steps.append((store.root, "a", meddle))
            change.create(store.root, "a", b"mine")

    with pytest.raises(TakenError):
        act()
    assert (tmp_path / "root/a").read_bytes() == b"foreign"


@pytest.mark.parametrize("size", [0, 1, 45, 80, 150, 300, 450, 600, 900, 1500, 4000])
def test_a_session_is_removed_and_comes_back_exactly_when_that_is_told(
    world: World, core_of: OpenCore, size: int
) -> None:
    tree = world.worktree("auth")
    core = core_of()
    core.shared.locks.acquire(["a"], session="auth")
    told = True
    plan = core.remover.plan("auth")
    try:
        with room(size):
            core.remover.remove(plan, {"all"}, delete_branch=True)
    except ParallelError as error:
        told = False
        in_words(error)
    assert tree.exists() != told
    assert (str(tree) in world.git("worktree", "list", "--porcelain")) != told
    assert [item.session for item in core.restorer.items()] == (["auth"] if told else [])
    if not told:
        core.remover.remove(core.remover.plan("auth"), {"all"}, delete_branch=True)
    told = True
    try:
        with room(size):
            core.undoer.undo(core.undoer.find())
    except ParallelError as error:
        told = False
        in_words(error)
    assert tree.exists() == told
    assert (str(tree) in world.git("worktree", "list", "--porcelain")) == told
    assert (core.restorer.items() == ()) == told
    if not told:
        core.undoer.undo(core.undoer.find())
    assert world.git("status", "--porcelain", cwd=tree) == ""
    assert world.git("branch", "--show-current", cwd=tree).strip() == "feature/auth"


@pytest.mark.parametrize("size", [0, 30, 60, 120, 250, 500, 1000, 3000])
def test_a_session_is_started_exactly_when_that_is_told(
    world: World, core_of: OpenCore, size: int
) -> None:
    world.write(".claude/settings.local.json", "x" * 200)
    core = core_of()
    tree = world.root / "myapp-new"
    told = True
    try:
        with room(size):
            core.spawner.spawn(SpawnRequest("new", window=False))
    except ParallelError:
        told = False
    assert tree.exists() == told
    assert ("feature/new" in world.git("branch", "--list")) == told
    assert list((world.repo / ".git/pdev/intents").glob("*")) == []
