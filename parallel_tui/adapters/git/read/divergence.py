"""Count ahead and behind for many heads in one walk over the history.

One `rev-list` prints commits from newest to oldest while marks flow down from children to parents:
which heads, and whether base, reach this commit. Once every commit that is still to come is marked
alike for base and for a head, all further history is common to both, and that head's counts are
final. The walk ends when that holds for all heads, so it costs what the most distant head costs,
not what their number costs, and a clock that ran backwards makes it longer, never wrong.
"""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict

from parallel_tui.errors import GitError
from parallel_tui.model.session.repository import Divergence
from parallel_tui.model.text.patterns import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Final

    from parallel_tui.adapters.git.run.runner import Runner

_OID: Final = pattern(r"[0-9a-f]{40}|[0-9a-f]{64}")
_BASE: Final = 1
_REMEMBERED: Final = 512

WINDOW: Final = 20_000
"""Commits walked at most; heads further away than that are counted one by one, by git."""


class Divergences:
    """Counts commits ahead and behind, and caches the counts, which never change."""

    def __init__(self, runner: Runner, *, window: int = WINDOW) -> None:
        self._runner = runner
        self._window = window
        self._known: OrderedDict[tuple[str, str], Divergence] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, base: str, heads: Iterable[str]) -> Mapping[str, Divergence]:
        """Commits ahead and behind of each head against base.

        No process when everything is remembered, one for heads within the window, and one more
        for each head beyond it (an orphan branch in a long history).

        Raises:
            GitError: When git cannot walk from one of the ids.
        """
        wanted = list(dict.fromkeys(heads))
        for oid in (base, *wanted):
            if not _OID.fullmatch(oid):
                raise GitError(f"{oid!r} is not an object id")
        with self._lock:
            answers = {
                head: self._known[base, head] for head in wanted if (base, head) in self._known
            }
        asked = [head for head in wanted if head not in answers]
        if base in asked:
            asked.remove(base)
            answers[base] = Divergence(0, 0)
        if asked:
            fresh = self._walk(base, asked)
            for head in asked:
                if head not in fresh:
                    fresh[head] = self._count(base, head)
            answers.update(fresh)
            self._remember(base, fresh)
        return {head: answers[head] for head in wanted}

    def _remember(self, base: str, fresh: Mapping[str, Divergence]) -> None:
        with self._lock:
            for head, divergence in fresh.items():
                self._known[base, head] = divergence
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)

    def _walk(self, base: str, heads: Sequence[str]) -> dict[str, Divergence]:
        walk = _Walk(base, heads)
        wanted = "".join(f"{oid}\n" for oid in (base, *heads)).encode()
        with self._runner.stream(["rev-list", "--parents", "--stdin"], stdin=wanted) as stream:
            for number, line in enumerate(stream.lines(), 1):
                walk.take(line.split())
                if number % 128 == 0 and (number >= self._window or not walk.open()):
                    break
            else:
                stream.finished()
        return walk.settled()

    def _count(self, base: str, head: str) -> Divergence:
        args = ["rev-list", "--left-right", "--count", f"{head}...{base}", "--"]
        ahead, behind = self._runner.run(args).text.split()
        return Divergence(int(ahead), int(behind))


class _Walk:
    """The marks of a walk. Bit 0 of a mark is base, bit `i + 1` is head `i`."""

    def __init__(self, base: str, heads: Sequence[str]) -> None:
        self._heads = heads
        # Marks of commits not printed yet, and of those printed with their parents.
        self._ahead: dict[bytes, int] = {base.encode(): _BASE}
        self._seen: dict[bytes, tuple[int, list[bytes]]] = {}
        for number, head in enumerate(heads):
            key = head.encode()
            self._ahead[key] = self._ahead.get(key, 0) | (2 << number)

    def take(self, line: list[bytes]) -> None:
        """Visit one commit with its parents."""
        commit, parents = line[0], line[1:]
        mark = self._ahead.pop(commit, 0)
        self._seen[commit] = (mark, parents)
        todo = [(parent, mark) for parent in parents]
        while todo:
            parent, bits = todo.pop()
            printed = self._seen.get(parent)
            if printed is None:
                self._ahead[parent] = self._ahead.get(parent, 0) | bits
            elif printed[0] | bits != printed[0]:
                # A parent dated after its child was printed before it: tell its own parents.
                self._seen[parent] = (printed[0] | bits, printed[1])
                todo += [(further, bits) for further in printed[1]]

    def open(self) -> int:
        """Marks of the heads whose counts may still change."""
        unsettled = 0
        everything = (2 << len(self._heads)) - 1
        for mark in self._ahead.values():
            unsettled |= (everything & ~mark) if mark & _BASE else mark
        return unsettled & ~_BASE

    def settled(self) -> dict[str, Divergence]:
        """The counts that are final."""
        unsettled = self.open()
        totals = Counter(mark for mark, _ in self._seen.values())
        answers: dict[str, Divergence] = {}
        for number, head in enumerate(self._heads):
            bit = 2 << number
            if unsettled & bit:
                continue
            ahead = sum(n for mark, n in totals.items() if mark & bit and not mark & _BASE)
            behind = sum(n for mark, n in totals.items() if mark & _BASE and not mark & bit)
            answers[head] = Divergence(ahead, behind)
        return answers
