"""Predict conflicts between sessions in the background, as their work changes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Mapping
from typing import Final

from parallel_tui.engine.facts import Facts
from parallel_tui.engine.retry import Backoff
from parallel_tui.errors import CouldNotLookError, ParallelError
from parallel_tui.model.fact import PENDING, Fact, known
from parallel_tui.model.overlap.pairs import PathDetail
from parallel_tui.model.overlap.telling import PathPatch
from parallel_tui.model.scope import Look
from parallel_tui.model.session.git_status import StatusEntry, WorkStatus
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.model.view.snapshot import Source
from parallel_tui.ports.overlaps import Overlaps

GATHER: Final = 0.15
"""Seconds waited after a change, so that one save of many files is one prediction."""

FIRST: Final = 5.0
"""Seconds that the first prediction waits for the first statuses at most.

Both want the disk and the processors, and each status that comes in would begin it anew.
"""

AGAIN: Final = 1.0
"""Seconds until an update follows one that missed an object, such as one that `git gc` removed."""

Subject = tuple[Worktree, Fact[tuple[StatusEntry, ...]]]


class OverlapReader:
    """Keeps `Facts.overlaps` up to date.

    Args:
        make: Makes what predicts; called once, on the thread that uses it.
        facts: Where inputs come from and answers go.
        changed: Called after every further answer.
        quiet: Whether no status is waited for.
    """

    name: Final = "overlaps"
    looks: Final[frozenset[Look]] = frozenset()

    def __init__(
        self,
        make: Callable[[], Overlaps],
        facts: Facts,
        changed: Callable[[], None],
        quiet: Callable[[], bool],
    ) -> None:
        self._make = make
        self._facts = facts
        self._changed = changed
        self._quiet = quiet
        self._board: Overlaps | None = None
        self._using = threading.Lock()
        self._stopping = threading.Event()
        self._asked = 0
        self._first: str | None = None
        self._backoff = Backoff()

    def notice(self, git_dir: str | None) -> bool:
        """Note that work may have changed: a running prediction stops after its current step.

        Args:
            git_dir: Whose, where that is known; it is predicted first.

        Returns:
            That it is to be predicted again.
        """
        self._asked += 1
        if git_dir is not None:
            self._first = git_dir
        return True

    def read(self) -> float | None:
        """Predict what changed; returns seconds until failures are retried."""
        if not self._gathered():
            return None
        asked = self._asked
        inputs = self._collect()
        if inputs is None:
            return None

        def cancelled() -> bool:
            return self._stopping.is_set() or self._asked != asked

        try:
            with self._using:
                if self._board is None:
                    self._board = self._make()
                for found in self._board.update(
                    *inputs,
                    changed_first=self._first,
                    shared=self._facts.hosts.sessions if self._facts.hosts else (),
                    cancelled=cancelled,
                ):
                    if self._facts.put(overlaps=found):
                        self._changed()
        except (ParallelError, OSError) as error:
            self._facts.trouble(Source.OVERLAPS, str(error))
            self._changed()
            return self._backoff.failed(time.monotonic())
        self._backoff.well(time.monotonic())
        self._facts.well(Source.OVERLAPS)
        return AGAIN if self._board.doubtful and not cancelled() else None

    def detail(self, a: str, b: str | None, path: str) -> PathDetail:
        """Both sides of one path of a pair; waits for a running step.

        Args:
            a: Key of a session.
            b: Key of another; `None` for base.
            path: The path.

        Raises:
            CouldNotLookError: When nothing is known of them yet, or git gave no answer.
        """
        with self._using:
            board, base = self._ready()
            return board.detail(base, a, b, path)

    def patches(self, key: str, paths: Collection[str]) -> Mapping[str, PathPatch]:
        """What a session changes in some paths, by path; waits for a running step.

        Args:
            key: Key of the session.
            paths: The paths.

        Raises:
            CouldNotLookError: When nothing is known of it yet, or it cannot be compared.
            GitError: When git gave no answer.
        """
        with self._using:
            board, base = self._ready()
            return board.patches(base, key, paths)

    def stop(self) -> None:
        """Stop predicting."""
        self._stopping.set()

    def close(self) -> None:
        """Delete the temporary files of predictions; called when the thread has ended."""
        with self._using:
            board, self._board = self._board, None
        if board is not None:
            board.close()

    def _gathered(self) -> bool:
        """Wait until what comes together is in; returns whether to go on."""
        until = time.monotonic() + FIRST
        while not self._stopping.wait(GATHER):
            if self._board is not None or self._quiet() or time.monotonic() >= until:
                return True
        return False

    def _ready(self) -> tuple[Overlaps, str]:
        base = known(self._facts.base)
        if self._board is None or base is None:
            raise CouldNotLookError("Nothing is predicted yet", hint="Try again in a moment.")
        return self._board, base.oid

    def _collect(self) -> tuple[str, tuple[Subject, ...]] | None:
        base = known(self._facts.base)
        if base is None:
            return None
        subjects = tuple(
            (tree, _entries(self._facts.statuses.get(tree.git_dir, PENDING)))
            for tree in self._facts.live_trees()
        )
        return base.oid, subjects


class OverlapAnswers:
    """Answers of a live view about the overlaps that it predicts; they block while git answers."""

    _overlaps: OverlapReader | None

    def overlap_detail(self, a: str, b: str | None, path: str) -> PathDetail:
        """Both sides of one path of a pair.

        Args:
            a: Key of a session.
            b: Key of another; `None` for base.
            path: The path.

        Raises:
            CouldNotLookError: When overlaps are not predicted, or git gave no answer.
        """
        return self._reader().detail(a, b, path)

    def overlap_patches(self, key: str, paths: Collection[str]) -> Mapping[str, PathPatch]:
        """What a session changes in some paths, by path.

        Args:
            key: Key of the session.
            paths: The paths.

        Raises:
            CouldNotLookError: When overlaps are not predicted, or it cannot be compared.
            GitError: When git gave no answer.
        """
        return self._reader().patches(key, paths)

    def _reader(self) -> OverlapReader:
        if self._overlaps is None:
            raise CouldNotLookError("Overlaps are not predicted here")
        return self._overlaps


def _entries(status: Fact[WorkStatus]) -> Fact[tuple[StatusEntry, ...]]:
    return status.entries if isinstance(status, WorkStatus) else status
