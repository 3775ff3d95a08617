"""Decide from contents alone whether changes are in a tree now.

A change is made once more to the tree as it stands now, by a real three-way merge. Where that
changes something without a conflict, the lines are again as they were before the change: it is not
there. Where it conflicts, they were worked on since.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from parallel_tui.adapters.git.repo import objects_here
from parallel_tui.adapters.git.run.environment import BY_CONTENT, text
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.merge.merges import Merge, merge_all
from parallel_tui.adapters.git.simulate.quarantine import OPTIONS, Quarantine
from parallel_tui.errors import GitError
from parallel_tui.model.fact import Unknown
from parallel_tui.model.git_version import Needs
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.record import dataclass

_HEADER: Final = re.compile(rb"[0-9a-f]{40,64} [0-9a-f]{40,64}\Z")
_REGULAR: Final = ("100644", "100755")


@dataclass(frozen=True, slots=True)
class ChangedPath:
    """One path that differs between two trees.

    Attributes:
        path: Which; the new one of a renamed file.
        origin: Where a renamed file was; the same path else.
        letter: git's letter: A, M, D, R, T.
        modes: File modes before and after.
        oids: Object ids before and after.
    """

    path: str
    origin: str
    letter: str
    modes: tuple[str, str]
    oids: tuple[str, str]


@dataclass(frozen=True, slots=True)
class ContentQuestion:
    """A change, and a tree that may contain it; all are object ids of trees.

    Attributes:
        before: Without it.
        after: With it.
        now: Asked about.
    """

    before: str
    after: str
    now: str


@dataclass(frozen=True, slots=True)
class Content:
    """Compares contents in one repository.

    Attributes:
        runner: The gateway to git.
        quarantine: Where simulated merges write.
    """

    runner: Runner
    quarantine: Quarantine

    def merged(self, pairs: Sequence[tuple[str, str]]) -> tuple[Merge | Unknown, ...]:
        """Merge pairs of commits by content alone, ignoring merge attributes; one process."""
        why_not = Needs.PREDICTION.why_not(self.runner.version)
        if why_not:
            return (Unknown(why_not),) * len(pairs)
        stage = self.quarantine.path / "plain"
        stage.mkdir(exist_ok=True)
        place = Worktree(str(stage), self.runner.repository.common_dir, None, None)
        return merge_all(self.runner, self.quarantine, pairs, stage=place, options=BY_CONTENT)

    def missing(self, changes: Sequence[ContentQuestion]) -> tuple[frozenset[str] | Unknown, ...]:
        """Paths in which a change, or a part of it, is missing from its tree.

        At most four processes, whatever the number of changes.
        """
        asked = [each for each in dict.fromkeys(changes) if each.now != each.after]
        commits = [self._commits(each) for each in asked]
        merges = self.merged(commits)
        pairs = [
            (change.now, merge.tree)
            for change, merge in zip(asked, merges, strict=True)
            if isinstance(merge, Merge)
        ]
        rows = self.differences(pairs)
        marked = [
            row.oids
            for change, merge in zip(asked, merges, strict=True)
            if isinstance(merge, Merge)
            for row in _in_conflict(merge, rows[change.now, merge.tree])
        ]
        blobs = self._blobs({oid for pair in marked for oid in pair})
        found: dict[ContentQuestion, frozenset[str] | Unknown] = {}
        for change, merge, names in zip(asked, merges, commits, strict=True):
            if isinstance(merge, Merge):
                found[change] = _gone(merge, rows[change.now, merge.tree], blobs, names)
            else:
                found[change] = merge
        self._forgive_renamed(found, rows)
        return tuple(found.get(each, frozenset()) for each in changes)

    def _commits(self, change: ContentQuestion) -> tuple[str, str]:
        root = self.quarantine.commit(change.before)
        ours = self.quarantine.commit(change.now, [root])
        return ours, self.quarantine.commit(change.after, [root])

    def _forgive_renamed(
        self,
        found: dict[ContentQuestion, frozenset[str] | Unknown],
        rows: Mapping[tuple[str, str], tuple[ChangedPath, ...]],
    ) -> None:
        """Drop added files that now exist unchanged at another path."""
        added: dict[ContentQuestion, frozenset[str]] = {}
        for change, gone in found.items():
            if not isinstance(gone, Unknown) and gone:
                letters = {
                    row.path
                    for (now, _), some in rows.items()
                    if now == change.now
                    for row in some
                    if row.letter == "A"
                }
                if gone & letters:
                    added[change] = gone & letters
        moved = self.differences([(each.after, each.now) for each in added], renames=True)
        for change, paths in added.items():
            elsewhere = {row.origin for row in moved[change.after, change.now] if row.letter == "R"}
            gone = found[change]
            if not isinstance(gone, Unknown):
                found[change] = gone - (paths & elsewhere)

    def differences(
        self, pairs: Iterable[tuple[str, str]], *, renames: bool = False
    ) -> Mapping[tuple[str, str], tuple[ChangedPath, ...]]:
        """Paths that differ between pairs of trees; one process, which reads no file.

        Args:
            pairs: Object ids of trees.
            renames: Whether to find files that moved unchanged.
        """
        wanted = list(dict.fromkeys(pairs))
        if not wanted:
            return {}
        stdin = "".join(f"{a} {b}\n" for a, b in wanted).encode("ascii")
        args = [*OPTIONS, "diff-tree", "--stdin", "-r", "-z", "--raw", "--no-abbrev"]
        args += ["-M100%"] if renames else ["--no-renames"]
        answer = self.runner.run(args, stdin=stdin, env=self.quarantine.env).stdout
        found: dict[tuple[str, str], list[ChangedPath]] = {pair: [] for pair in wanted}
        for pair, row in _rows(answer):
            found[pair].append(row)
        return {pair: tuple(rows) for pair, rows in found.items()}

    def absent(self, oids: Iterable[str]) -> frozenset[str]:
        """Objects that are missing from this repository; one process."""
        wanted = frozenset(oids)
        return wanted - objects_here.kinds(self.runner, wanted, env=self.quarantine.env).keys()

    def _blobs(self, oids: Iterable[str]) -> Mapping[str, bytes]:
        wanted = sorted(oids)
        if not wanted:
            return {}
        stdin = "".join(f"{oid}\n" for oid in wanted).encode("ascii")
        data = self.runner.run(["cat-file", "--batch"], stdin=stdin, env=self.quarantine.env).stdout
        found: dict[str, bytes] = {}
        place = 0
        while place < len(data):
            head, _, _ = data[place : place + 200].partition(b"\n")
            words = head.split()
            place += len(head) + 1
            if len(words) == 3 and words[2].isdigit():
                size = int(words[2])
                found[words[0].decode()] = data[place : place + size]
                place += size + 1
        return found


def _rows(answer: bytes) -> Iterator[tuple[tuple[str, str], ChangedPath]]:
    pair = ("", "")
    fields = iter(answer.split(b"\0"))
    for field in fields:
        *heads, last = field.split(b"\n")
        for head in heads:
            if not _HEADER.match(head):
                raise GitError("git diff-tree printed an answer that cannot be read")
            first, _, second = head.decode().partition(" ")
            pair = (first, second)
        if not last.startswith(b":"):
            continue
        before, after, old, new, letter = last[1:].decode("ascii", "replace").split(" ")
        path = text(next(fields))
        origin, path = path, text(next(fields)) if letter[0] in "RC" else path
        yield pair, ChangedPath(path, origin, letter[0], (before, after), (old, new))


def _in_conflict(merge: Merge, rows: Iterable[ChangedPath]) -> Iterator[ChangedPath]:
    """Files that contain conflict markers."""
    paths = {each.path for each in merge.conflicts}
    for row in rows:
        if row.path in paths and row.letter == "M" and set(row.modes) <= set(_REGULAR):
            yield row


def _gone(
    merge: Merge, rows: Sequence[ChangedPath], blobs: Mapping[str, bytes], commits: tuple[str, str]
) -> frozenset[str]:
    conflicts = {each.path: {entry[-1:] for entry in each.stages} for each in merge.conflicts}
    # What the change deletes is there, and was worked on.
    found = {path for path, stages in conflicts.items() if stages == {"1", "2"}}
    found |= {row.path for row in rows if row.path not in conflicts}
    for row in _in_conflict(merge, rows):
        now, marked = (blobs.get(oid) for oid in row.oids)
        if now is None or marked is None or not _worked_on(marked, now, *commits):
            found.add(row.path)
    return frozenset(found)


def _worked_on(marked: bytes, now: bytes, ours: str, theirs: str) -> bool:
    """Whether a file equals the conflicted merge with our side of every conflict.

    A line of content may look like the mark in the middle, so every one is tried.
    """
    begin, end = f"<<<<<<< {ours}".encode(), f">>>>>>> {theirs}".encode()
    have = _lines(now)
    places = {0}
    lines = iter(_lines(marked))
    for line in lines:
        if not line.startswith(begin):
            places = {p + 1 for p in places if p < len(have) and have[p] == line}
            continue
        block = []
        for inner in lines:
            if inner.startswith(end):
                break
            block.append(inner)
        cuts = [n for n, inner in enumerate(block) if inner.rstrip(b"\r") == b"======="]
        places = {p + cut for p in places for cut in cuts if have[p : p + cut] == block[:cut]}
        if not places:
            return False
    return len(have) in places


def _lines(data: bytes) -> list[bytes]:
    return data.removesuffix(b"\n").split(b"\n") if data else []
