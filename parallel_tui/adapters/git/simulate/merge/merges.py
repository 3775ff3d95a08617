"""Run many three-way merges in one process: `git merge-tree --write-tree --stdin`.

Traps (git-merge-tree(1) and experiment): with `--stdin` the status of a record is 1 for clean and 0
for conflict, the opposite of the exit status; one revision that does not resolve ends the batch,
so only object ids go in; an empty file list is no proof of a clean merge; and what is called by an
object id there is called by it in what git prints, also in names that it gives to files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from parallel_tui.adapters.git.run.environment import text
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.batch import settle
from parallel_tui.adapters.git.simulate.quarantine import OPTIONS, Quarantine
from parallel_tui.errors import GitError
from parallel_tui.model.fact import Unknown
from parallel_tui.model.overlap.verdict import Conflict, ConflictKind
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.record import dataclass, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_PATIENCE: Final = 30.0
"""Seconds a batch may take, and one more for each pair in it."""

_KINDS: Final = (
    ("submodule", ConflictKind.SUBMODULE),
    ("binary", ConflictKind.BINARY),
    ("modify/delete", ConflictKind.MODIFY_DELETE),
    ("rename/delete", ConflictKind.RENAME),
    ("rename", ConflictKind.RENAME),
    ("file/directory", ConflictKind.DIRECTORY_FILE),
    ("distinct modes", ConflictKind.MODE),
    ("contents", ConflictKind.CONTENT),
)


@dataclass(frozen=True, slots=True)
class Merge:
    """The outcome of one merge.

    Attributes:
        tree: The resulting tree, conflict markers in it where it is not clean.
        clean: Whether git settled every path.
        conflicts: What it did not settle, by path.
        resolved: Paths that it did not settle, and that are as they were resolved before.
    """

    tree: str
    clean: bool
    conflicts: tuple[Conflict, ...] = ()
    resolved: tuple[str, ...] = ()


SIDES: Final = ("HEAD", "MERGE_HEAD")
"""git's own names for what is merged into, and for what is merged."""

PICKED: Final = ("HEAD", "REBASE_HEAD")
"""The same while a rebase replays a commit."""


def merge_all(
    runner: Runner,
    quarantine: Quarantine,
    pairs: Sequence[tuple[str, str]],
    *,
    stage: Worktree | None = None,
    sides: tuple[str, str] = SIDES,
    options: Sequence[str] = (),
) -> tuple[Merge | Unknown, ...]:
    """Merge pairs of commits.

    A pair that git cannot merge ends the whole batch; it is found by halving, and only it is
    unknown.

    Args:
        runner: The gateway to git.
        quarantine: Where new objects go.
        pairs: Object ids of commits.
        stage: Where git runs, which decides the attributes; the git directory by default.
        sides: What the two sides of each are called in what is told about conflicts.
        options: Settings for these merges alone, each behind its `-c`.

    Returns:
        One outcome a pair, in order.
    """
    return settle(
        lambda some: _batch(runner, quarantine, some, stage, sides, options),
        pairs,
        "could not be merged",
    )


def _batch(
    runner: Runner,
    quarantine: Quarantine,
    pairs: Sequence[tuple[str, str]],
    stage: Worktree | None,
    sides: tuple[str, str],
    options: Sequence[str],
) -> tuple[Merge, ...]:
    stdin = "".join(f"{ours} {theirs}\n" for ours, theirs in pairs).encode("ascii")
    args = [*OPTIONS, *options, "merge-tree", "--write-tree", "--allow-unrelated-histories"]
    args += ["-z", "--stdin"]
    # A batch that takes too long is halved like one that fails, so its time follows its length.
    seconds = _PATIENCE + len(pairs)
    output = runner.run(args, stdin=stdin, env=quarantine.env, timeout=seconds, worktree=stage)
    merges = tuple(_records(output.stdout, [Names(pair, sides) for pair in pairs]))
    if len(merges) != len(pairs):
        raise GitError(
            f"git answered {len(merges)} of {len(pairs)} simulated merges",
            status=output.status,
            stderr=output.stderr,
        )
    return merges


@dataclass(frozen=True, slots=True)
class Names:
    """Removes the ids of our simulated commits from git's output: they exist nowhere else.

    Attributes:
        pair: The ids.
        sides: What is said instead.
    """

    pair: tuple[str, str]
    sides: tuple[str, str] = SIDES

    def path(self, path: str) -> str:
        """The path of a file for readers outside this merge: git moves it to `path~id`."""
        if not any(f"~{oid}" in path for oid in self.pair):
            return path
        return re.sub(rf"~({'|'.join(self.pair)})(_\d+)?$", "", path)

    def marked(self, merged: str) -> str:
        """A merged file with readable names in its conflict markers."""
        for oid, side in zip(self.pair, self.sides, strict=True):
            merged = re.sub(rf"(?m)^([<|>]{{5,}} ){oid}(?=$|:)", rf"\1{side}", merged)
        return merged

    def sentence(self, sentence: str) -> str:
        """Git's message with readable names."""
        for oid, side in zip(self.pair, self.sides, strict=True):
            sentence = sentence.replace(oid, side)
        return sentence


def _records(raw: bytes, pairs: Sequence[Names]) -> Iterator[Merge]:
    fields = iter(raw.split(b"\0"))
    for number, status in enumerate(fields):
        if status not in (b"0", b"1"):
            if status:
                raise GitError(f"git merge-tree printed {text(status)[:80]!r} for a status")
            return
        if number >= len(pairs):
            raise GitError("git merge-tree printed more than it was asked for")
        names = pairs[number]
        tree = next(fields, b"").decode("ascii", "replace")
        stages: dict[str, set[int]] = {}
        modes: dict[str, set[str]] = {}
        entries: dict[str, list[str]] = {}
        for entry in fields:
            if not entry:
                break
            info, _, path = entry.partition(b"\t")
            mode, _, stage = info.split(b" ")
            name = names.path(text(path))
            stages.setdefault(name, set()).add(int(stage))
            modes.setdefault(name, set()).add(mode.decode())
            entries.setdefault(name, []).append(info.decode())
        if status == b"1":
            yield Merge(tree, clean=True)
            continue
        found = _conflicts(stages, modes, list(_messages(fields, names)))
        if not found:  # never read as clean: what has no conflict has no level
            raise GitError("git reports a conflict but names no path")
        marked = (replace(each, stages=tuple(entries.get(each.path, ()))) for each in found)
        yield Merge(tree, clean=False, conflicts=tuple(marked))


def _messages(fields: Iterator[bytes], names: Names) -> Iterator[tuple[tuple[str, ...], str, str]]:
    for count in fields:
        if not count.isdigit():
            # The end. Advice about submodules is printed unframed before the end (git 2.39).
            return
        paths = tuple(names.path(text(next(fields, b""))) for _ in range(int(count)))
        kind, sentence = text(next(fields, b"")), text(next(fields, b""))
        if kind.startswith("CONFLICT"):
            yield paths, kind, names.sentence(sentence.strip())


def _conflicts(
    stages: dict[str, set[int]],
    modes: dict[str, set[str]],
    told: Sequence[tuple[tuple[str, ...], str, str]],
) -> tuple[Conflict, ...]:
    found: dict[str, Conflict] = {}
    for paths, word, sentence in told:
        for path in [path for path in paths if path in stages] or paths[:1]:
            kind = next((kind for part, kind in _KINDS if part in word), ConflictKind.OTHER)
            if kind is ConflictKind.CONTENT and stages.get(path) == {2, 3}:
                kind = ConflictKind.ADD_ADD
            if "160000" in modes.get(path, set()):
                kind = ConflictKind.SUBMODULE
            found.setdefault(path, Conflict(path, kind, sentence))
    for path in stages:
        found.setdefault(path, Conflict(path, ConflictKind.OTHER, ""))
    return tuple(sorted(found.values(), key=lambda conflict: conflict.path))
