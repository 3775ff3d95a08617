"""Large files count with all their contents, on bounded memory."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from parallel_tui.adapters.git.repo.discover import discover
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate import large_files
from parallel_tui.adapters.git.simulate.quarantine import Quarantine
from parallel_tui.adapters.git.simulate.snapshot import without_index, work
from parallel_tui.adapters.git.simulate.verdict import base_conflicts
from parallel_tui.model.overlap.verdict import ConflictKind, Level, Verdict
from tests.adapters.git.overlap.test_moving import Sight
from tests.adapters.git.overlap.test_work import look, real
from tests.adapters.git.overlap.truth import Scratch, compare, predict
from tests.support.world import World

NAMES = ("one", "two")
SMALL = 1000


@pytest.fixture
def quarantines() -> Iterator[list[Quarantine]]:
    made: list[Quarantine] = []
    yield made
    for each in made:
        each.close()


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of a thousand bytes count as large."""
    monkeypatch.setattr(without_index, "LARGE", SMALL)
    monkeypatch.setattr(work, "LARGE", SMALL)
    monkeypatch.setattr(
        work, "PIECEWISE", ("-c", f"core.bigFileThreshold={SMALL}", "-c", "pack.compression=0")
    )


def _proved(world: World) -> Level | None:
    return compare(Scratch(world), predict(world, NAMES), NAMES)


def _numbered(**edits: str) -> str:
    lines = [f"line number {number} of a text\n" for number in range(1, 2001)]
    for name, text in edits.items():
        lines[int(name[1:]) - 1] = f"{text}\n"
    return "".join(lines)


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("odd", [False, True], ids=["by our own hand", "by git's"])
def test_the_tree_is_the_one_git_would_make(
    world: World, quarantines: list[Quarantine], odd: bool
) -> None:
    tree = world.worktree("one")
    if odd:
        world.git("config", "core.fileMode", "false")
    (tree / "huge").write_bytes(b"\0\r\n" * 5000)
    (tree / "text\n").write_text(_numbered())
    if not odd:
        (tree / "huge").chmod(0o755)
    found = look(world, quarantines)
    objects = quarantines[0].disk_env["GIT_OBJECT_DIRECTORY"]
    assert any(each.is_file() for each in Path(objects).rglob("*"))
    assert found.notes == ()
    oid = Runner(discover(str(world.repo))).run(
        ["rev-parse", f"{found.tree}:huge"], env=quarantines[0].env
    )
    told = Runner(discover(str(world.repo))).run(
        ["cat-file", "blob", oid.text.strip()], env=quarantines[0].env
    )
    assert told.stdout == b"\0\r\n" * 5000
    assert found.tree == real(world)


@pytest.mark.usefixtures("soon")
def test_line_ends_of_large_files_are_converted(
    world: World, quarantines: list[Quarantine]
) -> None:
    world.git("config", "core.autocrlf", "input")
    (world.worktree("one") / "huge").write_bytes(b"a line\r\n" * 5000)
    assert look(world, quarantines).tree == real(world)


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize(
    ("one", "two", "level"),
    [
        (_numbered(), _numbered(), Level.SAME_FILE),
        (_numbered(l5="first"), _numbered(l1990="last"), Level.CONFLICT),  # both add it
        (_numbered(), _numbered(l1000="in the middle"), Level.CONFLICT),
    ],
)
@pytest.mark.parametrize("committed", [(), ("one",), ("two",), NAMES])
def test_files_that_both_add(
    world: World, one: str, two: str, level: Level, committed: tuple[str, ...]
) -> None:
    for name, text in zip(NAMES, (one, two), strict=True):
        tree = world.worktree(name)
        world.write("huge", text, cwd=tree)
        if name in committed:
            world.commit("huge", text, cwd=tree)
    assert _proved(world) is level


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize(
    ("one", "two", "level"),
    [
        ({"l5": "first"}, {"l1990": "last"}, Level.SAME_FILE),
        ({"l5": "first"}, {"l8": "second"}, Level.NEAR),
        ({"l1000": "first"}, {"l1000": "second"}, Level.CONFLICT),
    ],
)
def test_a_large_text_is_merged_like_any_other(
    world: World, one: dict[str, str], two: dict[str, str], level: Level
) -> None:
    world.commit("huge", _numbered())
    for name, edits in zip(NAMES, (one, two), strict=True):
        world.write("huge", _numbered(**edits), cwd=world.worktree(name))
    assert _proved(world) is level


def test_a_file_larger_than_memory_should_be_is_read_piece_by_piece(tmp_path: Path) -> None:
    file = tmp_path / "file"
    size = 64 << 20
    with file.open("wb") as out:
        out.truncate(size)
    (tmp_path / "objects").mkdir()
    tracemalloc.start()
    try:
        with file.open("rb") as opened:
            oid = large_files.store(opened, size, 40, tmp_path / "objects")
        assert tracemalloc.get_traced_memory()[1] < size // 8
    finally:
        tracemalloc.stop()
    assert [each.name for each in (tmp_path / "objects").iterdir()] == [oid[:2]]


def test_a_file_that_changes_while_it_is_read_leaves_nothing(tmp_path: Path) -> None:
    objects = tmp_path / "objects"
    objects.mkdir()
    for size in (4, 6):
        with pytest.raises(OSError, match="changed"):
            large_files.store(io.BytesIO(b"five!"), size, 40, objects)
    assert list(objects.iterdir()) == []


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("same", [True, False])
@pytest.mark.parametrize("committed", [(), ("one",), NAMES])
def test_giants_are_told_apart_by_their_ids(
    world: World, monkeypatch: pytest.MonkeyPatch, same: bool, committed: tuple[str, ...]
) -> None:
    """Git merges them by their ids alone; so only those are made, of all that is in them."""
    monkeypatch.setattr(large_files, "GIANT", 2000)
    for name in NAMES:
        tree = world.worktree(name)
        text = "\0" * 5000 + ("same" if same else name) + "\0" * 5000
        world.write("giant", text, cwd=tree)
        if name in committed:
            world.commit("giant", text, cwd=tree)
    verdict = predict(world, NAMES)["one", "two"]
    assert isinstance(verdict, Verdict)
    assert verdict.level is (Level.SAME_FILE if same else Level.CONFLICT)
    assert set(verdict.kinds) <= {ConflictKind.BINARY, ConflictKind.ADD_ADD}
    assert verdict.notes == ()
    assert _proved(world) is verdict.level


@pytest.mark.usefixtures("soon")
def test_only_what_sessions_have_now_stays_on_disk(world: World) -> None:
    tree = world.worktree("one")
    world.worktree("two")
    sight = Sight(world)
    try:
        for number in range(3):
            world.write("huge", f"{number}\n" * 1000, cwd=tree)
            assert sight.level() is Level.CLEAR
        objects = Path(sight.board.quarantine.disk_env["GIT_OBJECT_DIRECTORY"])
        assert len([each for each in objects.rglob("*") if each.is_file()]) == 1
        (tree / "huge").unlink()
        assert sight.level() is Level.CLEAR
        assert not [each for each in objects.rglob("*") if each.is_file()]
    finally:
        sight.board.close()
    assert not objects.exists()


def test_a_large_conflict_with_base_is_no_news_about_a_pair(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base_conflicts, "LARGE", SMALL)
    world.commit("f", _numbered())
    one, two = world.worktree("one"), world.worktree("two")
    world.commit("f", _numbered(l3="one"), cwd=one)
    world.commit("f", _numbered(l3="base"))
    world.git("rebase", "-q", "main", cwd=two)
    world.commit("f", _numbered(l3="base", l900="two"), cwd=two)
    found = predict(world, NAMES)
    assert getattr(found["base", "one"], "level", None) is Level.CONFLICT
    assert getattr(found["one", "two"], "level", None) is Level.SAME_FILE
