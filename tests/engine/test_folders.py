"""Repositories that come to folders and go: noticed at once, and otherwise a while later."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from parallel_tui.engine.watching.directories import Directories
from parallel_tui.engine.watching.shared import folders
from parallel_tui.engine.watching.shared.company import Company
from parallel_tui.engine.watching.shared.folders import RepositoryFolders
from parallel_tui.first_list import repositories_in
from tests.support.waiting import PATIENCE, eventually
from tests.support.world import World


class Heard:
    """What was told of folders."""

    def __init__(self) -> None:
        self.looks = 0
        self.last: dict[str, tuple[str, ...]] = {}
        self.again = False

    def look(self, folder: str, there: Sequence[str]) -> bool:
        self.looks += 1
        self.last[folder] = tuple(Path(each).name for each in there)
        return self.again


@contextmanager
def following(*places: Path, make: Callable[[], Directories] | None = None) -> Iterator[Heard]:
    """Follow folders."""
    heard, company = Heard(), Company()
    watch = RepositoryFolders(
        [str(place) for place in places],
        make or (lambda: company.directories.watcher(None)),
        repositories_in,
        heard.look,
    )
    watch.start()
    try:
        eventually(lambda: len(heard.last) == len(places))
        yield heard
    finally:
        watch.stop()
        watch.join(PATIENCE)
        watch.stop()
    assert not watch._thread.is_alive()


def test_clones_renames_and_removals_are_noticed(world: World, tmp_path: Path) -> None:
    """In each folder; a clone into a directory that stood there already is one, too."""
    names, other = str(world.root), tmp_path / "other"
    other.mkdir()
    with following(world.root, other) as heard:
        assert heard.last == {names: ("myapp",), str(other): ()}
        odd = world.root / "-a $(id)\nb"
        odd.mkdir()
        world.git("clone", "-q", str(world.repo), str(odd), cwd=world.root)
        eventually(lambda: heard.last[names] == (odd.name, "myapp"))
        odd.rename(world.root / "zoo")
        eventually(lambda: heard.last[names] == ("myapp", "zoo"))
        world.git("init", "-q", "--bare", str(other / "lib.git"), cwd=world.root)
        eventually(lambda: heard.last[str(other)] == ("lib.git",))
        shutil.rmtree(world.root / "zoo")
        shutil.rmtree(other)
        eventually(lambda: heard.last == {names: ("myapp",), str(other): ()})


def test_what_is_only_written_is_no_news(world: World) -> None:
    """A log in the folder that grows all day brings about no look."""
    log = world.root / "log"
    log.write_text("a\n")
    with following(world.root) as heard:
        before = heard.looks
        for _ in range(20):
            with log.open("a") as file:
                file.write("b\n")
        (world.root / "mark").mkdir()
        eventually(lambda: heard.looks > before)
        assert heard.looks < before + 10


def test_what_cannot_be_opened_yet_and_what_cannot_be_watched_is_looked_at_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with following(world.root) as heard:
        heard.again, before = True, heard.looks
        (world.root / "mark").mkdir()
        eventually(lambda: heard.looks >= before + 3)

    def refuse() -> Directories:
        raise OSError("no watch is left")

    monkeypatch.setattr(folders, "RECONCILE", 0.01)
    with following(world.root, make=refuse) as heard:
        world.git("init", "-q", str(world.root / "new"), cwd=world.root)
        eventually(lambda: heard.last[str(world.root)] == ("myapp", "new"))
