"""What the live view writes down of others' changes, and what the hook tells an agent of it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from parallel_tui import hook
from parallel_tui.bootstrap import Core, Overrides, open_core
from parallel_tui.engine.engine import Engine
from parallel_tui.errors import CouldNotLookError, RefusedError
from parallel_tui.model.fact import Unknown, known
from parallel_tui.model.overlap.telling import MOST_BYTES, PathPatch
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.record import replace
from parallel_tui.services.overlap.briefs import MOST_PATHS
from tests.hook.calling import Agent
from tests.support.waiting import PATIENCE
from tests.support.world import World

LINES = [f"line {number}\n" for number in range(1, 41)]


@dataclass
class View:
    """A live view, and what is written down of it.

    Attributes:
        asked: Sessions whose patches were asked for.
    """

    world: World
    core: Core
    engine: Engine
    asked: list[str] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        """Where it is written down."""
        return self.world.repo / ".claude/pdev/overlaps"

    def seen(self) -> Snapshot:
        """What is shown once all that was changed before is predicted."""
        assert self.engine.wait_seen(PATIENCE)
        return self.engine.snapshot

    def keep(self) -> bool:
        """Write down what is shown once all that was changed before is predicted."""
        return self.core.briefs.keep(self.seen(), self.ask)

    def ask(self, key: str, paths: Collection[str]) -> Mapping[str, PathPatch]:
        """Ask, and note it."""
        self.asked.append(key)
        return self.engine.overlap_patches(key, paths)

    def of(self, name: str) -> dict[str, list[dict[str, str]]]:
        """What stands for a session."""
        found: dict[str, Any] = json.loads((self.folder / f"{name}.json").read_bytes())
        assert found["schema"] == 1
        assert abs(found["at"] - time.time()) < PATIENCE
        paths: dict[str, list[dict[str, str]]] = found["paths"]
        return paths

    def files(self) -> list[str]:
        """What files there are."""
        return sorted(each.name for each in self.folder.iterdir()) if self.folder.is_dir() else []


@pytest.fixture
def start(world: World) -> Iterator[Callable[[], View]]:
    running: list[Engine] = []

    def begin() -> View:
        core = open_core(Overrides(str(world.repo)), dict(world.env))
        engine = core.engine(predict=True)
        engine.start(lambda snapshot: None)
        running.append(engine)
        return View(world, core, engine)

    yield begin
    for engine in running:
        engine.stop()


def changed(*numbers: int) -> str:
    """The file with some lines changed."""
    return "".join(
        f"changed {number}\n" if number in numbers else line
        for number, line in enumerate(LINES, start=1)
    )


def test_an_agent_is_told_once_of_committed_and_uncommitted_changes(
    world: World, start: Callable[[], View]
) -> None:
    world.commit("src/long.py", "".join(LINES))
    mine, theirs = world.worktree("mine"), world.worktree("theirs")
    world.commit("src/long.py", changed(2), cwd=theirs)
    world.write("src/long.py", changed(2, 20, 38), cwd=theirs)
    world.write("src/long.py", changed(19), cwd=mine)
    view = start()
    assert view.keep()
    (entry,) = view.of("mine")["src/long.py"]
    assert (entry["session"], entry["level"]) == ("theirs", "conflict")
    hunks = entry["hunk"].split("@@ -")[1:]
    assert hunks[0].startswith("20 +20 @@ line 19\n-line 20\n+changed 20"), entry["hunk"]
    assert sorted("+changed 2\n" in f"{hunk}\n" for hunk in hunks) == [False, False, True]
    (other,) = view.of("theirs")["src/long.py"]
    assert other["hunk"].endswith("-line 19\n+changed 19")
    agent = Agent(mine, dict(world.env))
    told = agent.edit(mine / "src/long.py").context
    assert "Session theirs has changed src/long.py too, and the two changes conflict" in told
    assert "+changed 20" in told
    assert agent.edit(mine / "src/long.py").context == "", "it knows"
    assert world.git("status", "--porcelain") == "", "git is told to ignore it"


def test_work_that_does_not_land_on_base_is_told_as_it_changed_its_own_start(
    world: World, start: Callable[[], View]
) -> None:
    world.commit("src/long.py", "".join(LINES))
    mine, theirs = world.worktree("mine"), world.worktree("theirs")
    world.commit("src/long.py", changed(30).replace("changed", "theirs"), cwd=theirs)
    world.commit("src/long.py", changed(10), cwd=mine)
    world.commit("src/long.py", changed(30).replace("changed", "base"))
    view = start()
    assert view.keep()
    (entry,) = view.of("mine")["src/long.py"]
    assert entry["hunk"] == "@@ -30 +30 @@ line 29\n-line 30\n+theirs 30"


def test_nothing_is_asked_or_written_again_while_nothing_changes(
    world: World, start: Callable[[], View], monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, theirs = world.worktree("mine"), world.worktree("theirs")
    world.write("src/app.py", "x = 2\n", cwd=mine)
    world.write("src/app.py", "x = 3\n", cwd=theirs)
    view = start()
    view.keep()
    before = (view.folder / "mine.json").stat().st_ino
    ran: list[object] = []
    run = type(view.core.runner).run

    def noted(self: Any, args: Any, **options: Any) -> Any:
        ran.append(args)
        return run(self, args, **options)

    shown = view.seen()
    monkeypatch.setattr(type(view.core.runner), "run", noted)
    view.core.briefs.keep(shown, view.engine.overlap_patches)
    assert ran == []
    assert (view.folder / "mine.json").stat().st_ino == before
    # What stands for long is dated anew, for the hook would take it for left behind.
    data = json.loads((view.folder / "mine.json").read_bytes())
    (view.folder / "mine.json").write_text(json.dumps({**data, "at": time.time() - 3000}))
    view.core.briefs.keep(shown, view.engine.overlap_patches)
    assert view.of("mine") == data["paths"]
    assert ran == []


def test_who_stops_to_overlap_loses_its_entry(world: World, start: Callable[[], View]) -> None:
    trees = [world.worktree(name) for name in ("one", "two", "three")]
    for number, tree in enumerate(trees):
        world.write("src/app.py", f"x = {number + 2}\n", cwd=tree)
    view = start()
    view.keep()
    assert view.files() == ["one.json", "three.json", "two.json"]
    assert [each["session"] for each in view.of("one")["src/app.py"]] == ["three", "two"]
    world.write("src/app.py", "x = 1\n", cwd=trees[1])
    view.keep()
    assert view.files() == ["one.json", "three.json"]
    assert [each["session"] for each in view.of("one")["src/app.py"]] == ["three"]
    world.git("worktree", "remove", "--force", str(trees[2]))
    view.keep()
    assert view.files() == []


def test_what_cannot_be_looked_at_stays(world: World, start: Callable[[], View]) -> None:
    mine, theirs = world.worktree("mine"), world.worktree("theirs")
    world.write("src/app.py", "x = 2\n", cwd=mine)
    world.write("src/app.py", "x = 3\n", cwd=theirs)
    view = start()
    view.keep()
    stood = view.of("mine")
    shown = view.seen()

    def fail(key: str, paths: Collection[str]) -> Mapping[str, PathPatch]:
        raise CouldNotLookError("git gave no answer")

    assert not view.core.briefs.keep(shown, fail)
    overlaps = known(shown.overlaps)
    assert overlaps is not None
    unknown = tuple(replace(each, verdict=Unknown("unmerged")) for each in overlaps)
    assert view.core.briefs.keep(replace(shown, overlaps=unknown), view.ask)
    assert view.of("mine") == stood
    stale = tuple(replace(each, stale=True) for each in overlaps)
    asked = len(view.asked)
    assert view.core.briefs.keep(replace(shown, overlaps=stale), view.ask)
    assert len(view.asked) == asked


ODD = ['it\'s "new"\nline.py', "[b]$(touch x)#{y} ü.py", "-dash", "diff --git a b", "a\\b\t.py"]


def test_names_of_any_kind_and_files_without_lines(world: World, start: Callable[[], View]) -> None:
    for path in ODD:
        world.commit(path, "".join(LINES))
    world.commit("old.py", "".join(LINES))
    world.commit("gone.py", "a\n")
    (world.repo / "bin").write_bytes(b"\0\1")
    world.git("add", "-A")
    world.git("commit", "-qm", "bytes")
    mine, theirs = world.worktree("mine"), world.worktree("theirs")
    for path in [*ODD, "old.py"]:
        world.write(path, changed(3), cwd=mine)
        world.write(path, changed(30), cwd=theirs)
    (mine / "bin").write_bytes(b"\0\2")
    (theirs / "bin").write_bytes(b"\0\3")
    world.write("gone.py", "b\n", cwd=mine)
    (theirs / "gone.py").unlink()
    world.git("mv", "old.py", "new.py", cwd=theirs)
    for tree, more in ((mine, "m\n"), (theirs, "+++ b/x\n-- a\ndiff --git a/q b/q\n")):
        world.write("fresh", more, cwd=tree)
    view = start()
    assert view.keep()
    told = view.of("mine")
    for path in ODD:
        (entry,) = told[path]
        assert entry["level"] == "same"
        assert entry["hunk"].startswith("@@ -30 +30 @@")
        assert entry["hunk"].endswith("-line 30\n+changed 30")
    assert told["gone.py"][0]["hunk"].startswith("deleted file mode 100644\n@@ -1 +0,0 @@\n-a")
    assert told["bin"][0]["hunk"] == "Binary files a/bin and b/bin differ"
    assert "rename to new.py\n@@ -30 +30 @@" in told["old.py"][0]["hunk"]
    assert told["fresh"][0]["hunk"] == (
        "new file mode 100644\n@@ -0,0 +1,3 @@\n++++ b/x\n+-- a\n+diff --git a/q b/q"
    )
    agent = Agent(mine, dict(world.env))
    assert "+changed 30" in agent.edit(mine / ODD[0]).context


def test_a_folder_that_leads_elsewhere_is_not_written_to(
    world: World, start: Callable[[], View], tmp_path: Path
) -> None:
    mine, theirs = world.worktree("mine"), world.worktree("theirs")
    world.write("src/app.py", "x = 2\n", cwd=mine)
    world.write("src/app.py", "x = 3\n", cwd=theirs)
    view = start()
    view.folder.parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / "elsewhere").mkdir()
    view.folder.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(RefusedError, match=r"overlaps/mine\.json cannot be written"):
        view.keep()
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_many_paths_and_long_changes_stay_small_enough_to_be_read(
    world: World, start: Callable[[], View]
) -> None:
    mine, theirs = world.worktree("mine"), world.worktree("theirs")
    for number in range(MOST_PATHS + 5):
        for tree in (mine, theirs):
            world.write(f"new/{number:03}", f"{tree.name} \N{SNOWMAN}\n" * 500, cwd=tree)
    view = start()
    assert view.keep()
    told = view.of("mine")
    assert 150 < len(told) <= MOST_PATHS
    assert list(told) == sorted(told)
    assert all(len(each[0]["hunk"].encode()) <= MOST_BYTES for each in told.values())
    assert (view.folder / "mine.json").stat().st_size < hook.MOST_FILE
    assert len(view.asked) == 2, "one question for each session"
