"""Inspect what a killed git left in a worktree, and what was edited since.

Git's own `--abort` needs notes that a kill may have cut off, and deletes what a person typed since.
Here contents decide: what stands at a path is git's work where git itself keeps the same.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from parallel_tui.adapters.git.read import refs
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.errors import GitError
from parallel_tui.model.session.worktree import OperationKind, Worktree
from parallel_tui.model.sync.cut_off import Move, Seen
from parallel_tui.record import dataclass

SLOP: Final = 2.0
"""Seconds by which files may be younger than git's own notes, and still be git's work."""

_ANY: Final = range(256)
_CHUNK: Final = 200
_NOTES: Final = ("rebase-merge", "rebase-apply", "MERGE_HEAD", "MERGE_MSG", "AUTO_MERGE")
_PERSON: Final = ("commit", "(continue)", "(skip)", "(squash)", "(edit)")
"""What a reflog says about a rebase that somebody took over."""


@dataclass(frozen=True, slots=True)
class HalfLook:
    """Inspects interrupted moves. Changes nothing.

    Attributes:
        runner: The gateway to git.
    """

    runner: Runner

    def result(self, move: Move, tip: str | None) -> tuple[str, str] | None:
        """Where git started from and where it brought the branch; `None` if it did not get there.

        What a person committed on top since counts for nothing, and one that came between our look
        and git's start is where it started.

        Args:
            move: What was under way.
            tip: Where the branch stands.
        """
        if tip is None or tip == move.before or not move.target:
            return None
        ref = f"refs/heads/{move.branch}"
        args = ["log", "-g", "--format=%H", "--end-of-options", ref, "--"]
        news = self.runner.run(args, ok=_ANY).text.split()
        since = news[: news.index(move.before)] if move.before in news else [tip]
        start = move.before
        for found in reversed(since):
            if self._arrived(found, move):
                return start, found
            start = found
        return None

    def _arrived(self, commit: str, move: Move) -> bool:
        if move.tree:
            args = ["rev-parse", "--verify", "--quiet", f"{commit}^{{tree}}"]
            return self.runner.run(args, ok=_ANY).text.strip() == move.tree
        return commit == move.target if move.exact else self._contains(commit, move.target)

    def _contains(self, commit: str, other: str) -> bool:
        if commit == other:
            return True
        args = ["merge-base", "--is-ancestor", other, commit]
        return self.runner.run(args, ok=_ANY).status == 0

    def is_ours(self, tree: Worktree, move: Move, tip: str | None) -> bool:
        """Whether the operation in a worktree is this move; true without an operation.

        Notes that git had not written yet speak for nobody else.
        """
        if tree.operation is None:
            return True
        if tree.operation.kind is OperationKind.REBASE:
            began = _note(tree, "orig-head")
            onto = _note(tree, "onto")
            return began in ("", move.before, tip) and (not onto or onto == (move.target or onto))
        if tree.operation.kind is OperationKind.MERGE:
            return line_in(tree, "MERGE_HEAD") == (move.target or line_in(tree, "MERGE_HEAD"))
        return False

    def taken_over(self, tree: Worktree, move: Move) -> bool:
        """Whether a person continued the rebase with a commit of their own."""
        if tree.branch is not None or tree.head in (move.before, move.target):
            return False
        with suppress(OSError, IndexError):
            last = Path(tree.git_dir, "logs", "HEAD").read_bytes().splitlines()[-1]
            said = os.fsdecode(last.partition(b"\t")[2]).partition(":")[0]
            return said.startswith(_PERSON[0]) or any(word in said for word in _PERSON[1:])
        return False

    def look(self, tree: Worktree, move: Move) -> Seen:
        """Files that git changed on the way, and whether somebody edited any of them since.

        Raises:
            GitError: When it cannot be told.
        """
        known = self._tree(move.before)
        others = [each for each in (move.target, tree.head, self._merged(tree)) if each]
        paths = self._touched(move, others)
        stopped = _stopped(tree)
        now = self._contents(tree, paths)
        wanted = {path: oid for path, oid in now.items() if oid != known.get(path)}
        kept = self._kept([oid for oid in wanted.values() if oid is not None])
        foreign = []
        for path, oid in wanted.items():
            if oid is None:
                continue  # git takes a file away before it writes the new one
            place = Path(tree.path, path)
            late = stopped is not None and place.lstat().st_mtime > stopped + SLOP
            # What is cut short may be ours: this was begun before, and ended in its middle.
            if (late or oid not in kept) and not self._partly(tree, path, (move.before, *others)):
                foreign.append(path)
        return Seen(frozenset(paths), tuple(sorted(foreign)), known, bool(wanted))

    def tip(self, branch: str) -> str | None:
        """The commit of a branch; `None` without the branch."""
        return refs.commit_of(self.runner, f"refs/heads/{branch}")

    def tip_of(self, ref: str) -> str | None:
        """The commit of a reference; `None` without the reference."""
        return refs.commit_of(self.runner, ref)

    def _touched(self, move: Move, others: Iterable[str]) -> set[str]:
        found: set[str] = set()
        for other in dict.fromkeys(others):
            args = ["diff-tree", "-r", "-z", "--name-only", "--no-renames", move.before, other]
            found.update(self.runner.run(args).fields())
        if move.target and not move.exact:
            args = ["log", "--format=", "--name-only", "-z", "--no-renames", "-m"]
            done = self.runner.run([*args, f"{move.target}..{move.before}", "--"])
            found.update(name.lstrip("\n") for name in done.fields())
        found.discard("")
        return found

    def _tree(self, commit: str) -> Mapping[str, str]:
        done = self.runner.run(["ls-tree", "-r", "-z", "--full-tree", commit])
        rows = (row.partition("\t") for row in done.fields())
        return {path: head.split()[2] for head, _, path in rows}

    def _merged(self, tree: Worktree) -> str | None:
        """The tree of the last merge in a worktree, if git recorded it."""
        oid = line_in(tree, "AUTO_MERGE")
        if not oid:
            return None
        found = self.runner.run(["cat-file", "-e", f"{oid}^{{tree}}"], ok=_ANY).status == 0
        return oid if found else None

    def _contents(self, tree: Worktree, paths: Iterable[str]) -> Mapping[str, str | None]:
        """Object ids of the files at some paths; `None` where there is no file."""
        found: dict[str, str | None] = {}
        files: list[str] = []
        width = len(tree.head or "") or 40
        for path in paths:
            place = os.fsencode(os.path.join(tree.path, path))  # noqa: PTH118
            try:
                mode = os.lstat(place).st_mode
            except (FileNotFoundError, NotADirectoryError):
                found[path] = None
                continue
            if stat.S_ISLNK(mode):
                found[path] = _blob(os.readlink(place), width)  # noqa: PTH115
            elif stat.S_ISREG(mode):
                files.append(path)
            # a folder in the place of a file holds paths of its own, or is a submodule
        for start in range(0, len(files), _CHUNK):
            chunk = files[start : start + _CHUNK]
            oids = self.runner.run(["hash-object", "--", *chunk], worktree=tree).text.split()
            found.update(zip(chunk, oids, strict=True))
        return found

    def _kept(self, oids: Sequence[str]) -> frozenset[str]:
        """Ids that exist as objects in the repository."""
        if not oids:
            return frozenset()
        asked = "".join(f"{oid}\n" for oid in oids).encode("ascii")
        answer = self.runner.run(
            ["cat-file", "--batch-check=%(objectname)"],
            stdin=asked,
            env={"GIT_NO_LAZY_FETCH": "1"},
        )
        lines = (line.split() for line in answer.text.splitlines())
        return frozenset(words[0] for words in lines if words[1:] != ["missing"])

    def _partly(self, tree: Worktree, path: str, others: Iterable[str]) -> bool:
        """Whether a file is the beginning of one that git was writing."""
        try:
            here = Path(tree.path, path).read_bytes()
        except OSError:
            return False
        if not here:
            return True
        for other in others:
            args = ["cat-file", "--filters", f"{other}:{path}"]
            with suppress(GitError):
                whole = self.runner.run(args, worktree=tree).stdout
                if whole.startswith(here) and whole != here:
                    return True
        return False


def _blob(data: bytes, width: int) -> str:
    whole = b"blob %d\0%s" % (len(data), data)
    if width == hashlib.sha256().digest_size * 2:
        return hashlib.sha256(whole).hexdigest()
    return hashlib.sha1(whole, usedforsecurity=False).hexdigest()


def line_in(tree: Worktree, name: str) -> str:
    """A line from a state file in a worktree's git directory; empty without the file."""
    try:
        return Path(tree.git_dir, name).read_text("ascii").strip()
    except (OSError, ValueError):
        return ""


def _note(tree: Worktree, name: str) -> str:
    """A state file of the rebase in progress, from either of git's two kinds of rebase."""
    return line_in(tree, f"rebase-merge/{name}") or line_in(tree, f"rebase-apply/{name}")


def _stopped(tree: Worktree) -> float | None:
    """When git last recorded its progress; `None` without an operation in progress."""
    if tree.operation is None:
        return None
    notes = [Path(tree.git_dir, name) for name in _NOTES]
    for folder in ("rebase-merge", "rebase-apply"):
        notes += list(Path(tree.git_dir, folder).glob("*"))
    return max(map(written, notes), default=0.0)


def written(path: Path) -> float:
    """When a file was last written; long ago without the file."""
    try:
        return path.lstat().st_mtime
    except OSError:
        return float("-inf")
