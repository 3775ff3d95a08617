"""Cache of immutable git answers on commits and trees.

All of it is named by contents. Commits and trees that are in quarantine only may be gone by the
time they are asked for again; what was told of them stays true.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence

from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.bounded_cache import Bounded
from parallel_tui.adapters.git.simulate.merge.changes import Spans, changed, spans
from parallel_tui.adapters.git.simulate.merge.history import Own, own_commits
from parallel_tui.adapters.git.simulate.merge.patches import Frame, digests, path_sets
from parallel_tui.adapters.git.simulate.merge.replay import Picks
from parallel_tui.adapters.git.simulate.quarantine import Quarantine
from parallel_tui.model.overlap.verdict import PathChange

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final, TypeVar

    Key = TypeVar("Key", bound=Hashable)
    Value = TypeVar("Value")

MOST: Final = 50_000
"""Commits, changes and lines of one kind that are remembered at most."""


class Memory:
    """Asks git and caches the answers. Not thread-safe.

    Attributes:
        picks: Outcomes of single steps of replays, while their trees are in quarantine.
    """

    def __init__(self, runner: Runner, quarantine: Quarantine) -> None:
        self._runner = runner
        self._quarantine = quarantine
        self.picks: Picks = Bounded(MOST)
        self._owns: Bounded[tuple[str, str], Own] = Bounded(MOST)
        self._changes: Bounded[Frame, tuple[PathChange, ...]] = Bounded(MOST)
        self._spans: Bounded[Frame, Spans] = Bounded(MOST)
        self._digests: Bounded[Frame, str] = Bounded(MOST)
        self._patched: Bounded[tuple[str, str], frozenset[bytes]] = Bounded(MOST)

    def forget(self) -> None:
        """Drop answers about objects in quarantine."""
        self.picks.clear()

    def age(self) -> None:
        """End a round of predictions: drop answers that were not used for long."""
        for kept in (self._owns, self._changes, self._spans, self._digests, self._patched):
            kept.age()
        self.picks.age()

    def owned(self, base: str, heads: Sequence[str]) -> list[Own]:
        """Commits of each head that base does not have; one process for all that are new.

        Raises:
            GitError: When git gave no answer.
        """

        def ask(keys: Sequence[tuple[str, str]]) -> Sequence[Own]:
            new = [head for _, head in keys]
            told = own_commits(self._runner, self._quarantine, base, new)
            return [told[head] for head in new]

        keys = [(base, head) for head in heads]
        return _ask(self._owns, keys, ask, lambda own: 1 + len(own.steps))

    def changed(self, frames: Sequence[Frame]) -> list[tuple[PathChange, ...]]:
        """Changes from the first to the second tree of each pair; one process for all that are new.

        Raises:
            GitError: When git gave no answer.
        """

        def ask(new: Sequence[Frame]) -> Sequence[tuple[PathChange, ...]]:
            return changed(self._runner, self._quarantine, new)

        return _ask(self._changes, frames, ask, lambda told: 1 + len(told))

    def spans(self, frames: Sequence[Frame]) -> list[Spans]:
        """Lines of each first tree that the second changes; one process for all that are new.

        Raises:
            GitError: When git gave no answer.
        """

        def ask(new: Sequence[Frame]) -> Sequence[Spans]:
            return spans(self._runner, self._quarantine, new)

        return _ask(self._spans, frames, ask, lambda told: 1 + sum(map(len, told.values())))

    def digests(self, frames: Iterable[Frame]) -> Mapping[Frame, str]:
        """Digests of the patches between trees; one process for all that are new.

        Raises:
            GitError: When git gave no answer.
        """

        def ask(new: Sequence[Frame]) -> Sequence[str]:
            told = digests(self._runner, self._quarantine, new)
            return [told.get(frame, "") for frame in new]

        keys = list(dict.fromkeys(frames))
        return dict(zip(keys, _ask(self._digests, keys, ask), strict=True))

    def patched(self, base: str, forks: Collection[str]) -> frozenset[bytes]:
        """Paths that single commits of base since some forks change, as `paths_digest`.

        Never too few: for several forks it may have those of the oldest for each. Two processes at
        most.

        Raises:
            GitError: When git gave no answer.
        """

        def ask(keys: Sequence[tuple[str, str]]) -> Sequence[frozenset[bytes]]:
            told = path_sets(self._runner, self._quarantine, base, [fork for _, fork in keys])
            return [told] * len(keys)

        keys = [(base, fork) for fork in forks if fork != base]
        found = _ask(self._patched, keys, ask, lambda told: 1 + len(told))
        return frozenset().union(*found)


def _ask(
    kept: Bounded[Key, Value],
    keys: Sequence[Key],
    ask: Callable[[Sequence[Key]], Sequence[Value]],
    weigh: Callable[[Value], int] = lambda value: 1,
) -> list[Value]:
    known = {key: kept.get(key) for key in keys}
    missing = [key for key, value in known.items() if value is None]
    found = {key: value for key, value in known.items() if value is not None}
    if missing:
        for key, value in zip(missing, ask(missing), strict=True):
            found[key] = value
            kept.put(key, value, weigh(value))
    return [found[key] for key in keys]
