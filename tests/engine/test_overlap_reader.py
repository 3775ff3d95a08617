"""When predictions are tried again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from parallel_tui.engine.facts import Facts
from parallel_tui.engine.sources.overlaps import AGAIN, OverlapReader, Subject
from parallel_tui.errors import CouldNotLookError
from parallel_tui.model.hosts.shared import SharedSession
from parallel_tui.model.overlap.pairs import Overlap, PathDetail
from parallel_tui.model.overlap.telling import PathPatch
from parallel_tui.model.session.repository import Base, Repository

REPOSITORY = Repository("myapp", "/r/.git", "/r", bare=False, coordination_root="/r")


class Doubting:
    """Misses an object in its first update."""

    def __init__(self) -> None:
        self.doubtful = False
        self.updates = 0

    def update(
        self,
        base: str,
        sessions: Sequence[Subject],
        *,
        changed_first: str | None = None,
        staged: Mapping[str, str | None] | None = None,
        shared: Sequence[SharedSession] = (),
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Iterator[tuple[Overlap, ...]]:
        self.updates += 1
        self.doubtful = self.updates == 1
        yield ()

    def detail(
        self, base: str, a: str, b: str | None, path: str, *, max_bytes: int = 0
    ) -> PathDetail:
        raise CouldNotLookError("not asked here")

    def patches(self, base: str, key: str, paths: Collection[str]) -> Mapping[str, PathPatch]:
        raise CouldNotLookError("not asked here")

    def close(self) -> None:
        """Nothing to delete."""


def test_a_missed_object_brings_one_further_update() -> None:
    board = Doubting()
    facts = Facts(REPOSITORY, lambda: 0.0)
    facts.base = Base("main", "refs/heads/main", "a" * 40, "main")
    reader = OverlapReader(lambda: board, facts, lambda: None, lambda: True)
    assert reader.read() == AGAIN
    assert reader.read() is None
    assert board.updates == 2


def test_the_first_prediction_waits_for_the_first_statuses_and_later_ones_for_none() -> None:
    board = Doubting()
    facts = Facts(REPOSITORY, lambda: 0.0)
    facts.base = Base("main", "refs/heads/main", "a" * 40, "main")
    asked = [False, False, True]
    waiting = iter(asked)
    updates: list[int] = []

    def quiet() -> bool:
        updates.append(board.updates)
        return next(waiting)

    reader = OverlapReader(lambda: board, facts, lambda: None, quiet)
    reader.read()
    assert updates == [0, 0, 0]
    assert board.updates == 1
    reader.read()
    assert len(updates) == len(asked), "an edit is predicted whatever else is read"
    assert board.updates == 2
