"""Marks: made by a thread of their own, heard of once, and gone."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from parallel_tui.adapters.disk import drafts
from parallel_tui.engine.watching.inotify import CREATE, Inotify
from parallel_tui.engine.watching.marks import Marks
from tests.support.waiting import eventually


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "folder"
    made.mkdir()
    return made


@pytest.fixture
def marks(folder: Path) -> Iterator[Marks]:
    made = Marks(str(folder))
    yield made
    made.close()
    assert not list(folder.iterdir()), "nothing is left of them"


class Told:
    """What was made in a folder."""

    def __init__(self, folder: Path) -> None:
        self._watch = Inotify()
        self._watch.add(str(folder))
        self._found: list[str] = []
        self.close = self._watch.close

    @property
    def paths(self) -> list[str]:
        """Paths, in the order in which they were made."""
        self._found += [event.path for event in self._watch.drain() if event.mask & CREATE]
        return self._found


@pytest.fixture
def told(folder: Path) -> Iterator[Told]:
    watch = Told(folder)
    yield watch
    watch.close()


def test_a_mark_that_is_heard_of_says_up_to_when_all_was_told(marks: Marks, told: Told) -> None:
    assert marks.heard == -math.inf
    before = time.monotonic()
    assert marks.make()
    assert marks.make()
    between = time.monotonic()
    first, second = told.paths
    assert not marks.hear(["/somewhere/else"])
    assert marks.hear([second])
    assert before <= marks.heard <= between
    assert not marks.hear([first]), "it was made before one that was heard of"


def test_a_thread_of_its_own_makes_it(marks: Marks, told: Told) -> None:
    marks.ask()
    eventually(lambda: len(told.paths) == 1)
    marks.ask()
    eventually(lambda: len(told.paths) == 2)


def test_it_is_made_again_until_somebody_is_sure_to_watch(marks: Marks, told: Told) -> None:
    with marks.again_and_again():
        eventually(lambda: len(told.paths) >= 3)
    assert len(set(told.paths)) == 1, "one name: what is new would put off what is told"


def test_one_that_a_killed_program_left_is_swept_like_a_draft(marks: Marks, told: Told) -> None:
    marks.make()
    (path,) = told.paths
    assert drafts.abandoned(Path(path).name, time.time() - drafts.YOUNG - 1)


def test_where_none_can_be_made_it_is_said(folder: Path) -> None:
    marks = Marks(str(folder / "absent"))
    assert not marks.make()
    marks.ask()
    marks.close()
    marks.ask()
    assert not list(folder.iterdir())
