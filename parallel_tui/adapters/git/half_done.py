"""Ending what a killed git left half done in a worktree, or giving the worktree back as it was.

Git's own `--abort` needs notes that a kill may have cut off, and deletes what a person typed since.
Here contents decide: a path is put back only where git itself keeps what stands there now.
"""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from parallel_tui.adapters.git import refs
from parallel_tui.adapters.git.at_work import wait_for_git
from parallel_tui.adapters.git.environment import raw
from parallel_tui.adapters.git.runner import WRITE_TIMEOUT, Runner
from parallel_tui.errors import CouldNotLookError, GitError, RefusedError
from parallel_tui.model.worktree import OperationKind, Worktree

_ANY: Final = range(256)
_SLOP: Final = 2.0
"""Seconds by which files may be younger than git's own notes, and still be git's work."""
_PATIENCE: Final = 2.0
"""Seconds to wait for lock files of somebody else's git to go."""
_CHUNK: Final = 200
_MERGING: Final = ("MERGE_HEAD", "MERGE_MSG", "MERGE_MODE", "MERGE_RR", "AUTO_MERGE")
_PICKING: Final = ("CHERRY_PICK_HEAD", "REBASE_HEAD")
_NOTES: Final = ("rebase-merge", "rebase-apply", "MERGE_HEAD", "MERGE_MSG", "AUTO_MERGE")
_PERSON: Final = ("commit", "(continue)", "(skip)", "(squash)", "(edit)")
"""What a reflog says about a rebase that somebody took over."""


@dataclass(frozen=True, slots=True)
class Move:
    """A branch on its way from one commit to another, in its own worktree.

    Attributes:
        branch: The branch.
        before: Where it stood.
        target: What it was to be brought up to, or put back to; empty when that is not known.
        exact: Whether it was to stand at the target itself, and nothing be made on top of it.
        since: When it began, in epoch seconds.
    """

    branch: str
    before: str
    target: str = ""
    exact: bool = False
    since: float = 0.0


@dataclass(frozen=True, slots=True)
class Seen:
    """The paths that git may have written on the way.

    Attributes:
        paths: Where something is not as it was; all of it is git's work.
        foreign: Where somebody worked since.
        known: Paths of the commit before, with their object ids.
        changed: Whether any file is not as it was.
    """

    paths: frozenset[str]
    foreign: tuple[str, ...]
    known: Mapping[str, str] = field(repr=False)
    changed: bool = False


@dataclass(frozen=True, slots=True)
class HalfDone:
    """Ends moves. The caller has made sure that no git works there any more.

    Attributes:
        runner: The gateway to git.
    """

    runner: Runner

    def result(self, move: Move, tip: str | None) -> tuple[str, str] | None:
        """Where git had started, and brought the branch; `None` when it had not come to that.

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
            done = found == move.target if move.exact else self._contains(found, move.target)
            if done:
                return start, found
            start = found
        return None

    def _contains(self, commit: str, other: str) -> bool:
        if commit == other:
            return True
        args = ["merge-base", "--is-ancestor", other, commit]
        return self.runner.run(args, ok=_ANY).status == 0

    def is_ours(self, tree: Worktree, move: Move, tip: str | None) -> bool:
        """Whether what is under way in a worktree is this move; true when nothing is.

        Notes that git had not written yet speak for nobody else.
        """
        if tree.operation is None:
            return True
        if tree.operation.kind is OperationKind.REBASE:
            began = _note(tree, "orig-head")
            onto = _note(tree, "onto")
            return began in ("", move.before, tip) and (not onto or onto == (move.target or onto))
        if tree.operation.kind is OperationKind.MERGE:
            return _line(tree, "MERGE_HEAD") == (move.target or _line(tree, "MERGE_HEAD"))
        return False

    def taken_over(self, tree: Worktree, move: Move) -> bool:
        """Whether a person went on with the rebase under way, by a commit of their own."""
        if tree.branch is not None or tree.head in (move.before, move.target):
            return False
        with suppress(OSError, IndexError):
            last = Path(tree.git_dir, "logs", "HEAD").read_bytes().splitlines()[-1]
            said = os.fsdecode(last.partition(b"\t")[2]).partition(":")[0]
            return said.startswith(_PERSON[0]) or any(word in said for word in _PERSON[1:])
        return False

    def unlock(self, tree: Worktree, move: Move) -> None:
        """Delete the lock files that the killed git left.

        Raises:
            RefusedError: When one may be somebody else's.
        """
        deadline = time.monotonic() + _PATIENCE
        while found := self._locks(tree, move.branch):
            if time.monotonic() > deadline:
                break
            time.sleep(0.05)
        if not found:
            return
        common = self.runner.repository.common_dir
        try:
            wait_for_git(tree.path, common, seconds=0.0)
        except CouldNotLookError as error:
            raise RefusedError(error.message, hint=error.hint) from error
        for lock in found:
            with suppress(FileNotFoundError):
                if lock.lstat().st_mtime < move.since - _SLOP or _is_open(lock):
                    raise RefusedError(
                        f"{lock} is in the way",
                        hint="If no program works there, delete it",
                    )
                lock.unlink()

    def _locks(self, tree: Worktree, branch: str) -> list[Path]:
        common = Path(self.runner.repository.common_dir)
        found = sorted(Path(tree.git_dir).glob("*.lock"))
        shared = [common / "packed-refs.lock", common / f"refs/heads/{branch}.lock"]
        return [path for path in dict.fromkeys((*found, *shared)) if path.exists()]

    def look(self, tree: Worktree, move: Move) -> Seen:
        """What git changed on the way, and whether somebody worked on any of it since.

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
            late = stopped is not None and place.lstat().st_mtime > stopped + _SLOP
            # What is cut short may be ours: this was begun before, and ended in its middle.
            if (late or oid not in kept) and not self._partly(tree, path, (move.before, *others)):
                foreign.append(path)
        return Seen(frozenset(paths), tuple(sorted(foreign)), known, bool(wanted))

    def finish(self, tree: Worktree, move: Move, result: str) -> None:
        """Take away the notes of a move that is done, and let HEAD name its branch."""
        if tree.branch is None and tree.head == result:
            self._head(tree, move.branch)
        self._forget(tree, move)

    def give_back(self, tree: Worktree, move: Move, seen: Seen, original: str | None) -> None:
        """Put files, index and HEAD back as they were. May be run again after a kill.

        Args:
            tree: As just listed.
            move: What was under way; its branch stands where it stood.
            seen: What is git's work.
            original: What ORIG_HEAD was; empty for none, `None` when nobody looked.

        Raises:
            GitError: When git fails at it.
        """
        indexed = set(self.runner.run(["ls-files", "-z"], worktree=tree).fields())
        listed = sorted(path for path in seen.paths if path in indexed or path in seen.known)
        # Files of the way that no index knows: a checkout was cut off. Deepest first.
        for path in sorted(seen.paths - set(listed), reverse=True):
            self._delete(Path(tree.path), path)
        if listed:
            args = ["restore", "--staged", "--worktree", f"--source={move.before}"]
            args += ["--pathspec-from-file=-", "--pathspec-file-nul"]
            names = b"".join(raw(path) + b"\0" for path in listed)
            env = {"GIT_LITERAL_PATHSPECS": "1"}
            self.runner.run(
                args, worktree=tree, stdin=names, env=env, timeout=WRITE_TIMEOUT, write=True
            )
            # What conflicts were before they were put back is no news to anybody.
            self._write(tree, ["update-index", "--clear-resolve-undo"])
        for path in seen.paths - set(seen.known):
            self._delete(Path(tree.path), path, only_folders=True)
        if tree.branch is None:
            self._head(tree, move.branch)
        self._forget(tree, move)
        if original is not None and original != move.before:
            now = _line(tree, "ORIG_HEAD")
            if now == move.before:
                change = ["ORIG_HEAD", original] if original else ["-d", "ORIG_HEAD"]
                self._write(tree, ["update-ref", "--no-deref", *change])

    def tip(self, branch: str) -> str | None:
        """Commit that a branch stands at; `None` when there is no such branch."""
        return refs.commit_of(self.runner, f"refs/heads/{branch}")

    def tip_of(self, ref: str) -> str | None:
        """Commit that a reference names; `None` when there is no such reference."""
        return refs.commit_of(self.runner, ref)

    def _head(self, tree: Worktree, branch: str) -> None:
        self._write(tree, ["symbolic-ref", "-m", "pdev: as before", "HEAD", f"refs/heads/{branch}"])

    def _forget(self, tree: Worktree, move: Move) -> None:
        """Take away git's notes of what was under way, as its own `--abort` does.

        What shows that it is ours goes last: a kill in between is met again.
        """
        for name in _PICKING:
            if _mtime(Path(tree.git_dir, name)) >= move.since - _SLOP:
                self._write(tree, ["update-ref", "--no-deref", "-d", name])
        if any(_mtime(Path(tree.git_dir, name)) >= move.since - _SLOP for name in _MERGING):
            self._write(tree, ["merge", "--quit"])
        if tree.operation is not None and tree.operation.kind is not OperationKind.MERGE:
            self._write(tree, ["rebase", "--quit"])

    def _write(self, tree: Worktree, args: Sequence[str]) -> None:
        self.runner.run(args, worktree=tree, timeout=WRITE_TIMEOUT, write=True)

    @staticmethod
    def _delete(root: Path, path: str, *, only_folders: bool = False) -> None:
        """Delete a file below a root, and the folders above it that are empty then."""
        place = root / path
        if not only_folders:
            with suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError):
                if not stat.S_ISDIR(place.lstat().st_mode):
                    place.unlink()
        for folder in place.parents:
            if folder == root:
                return
            try:
                folder.rmdir()
            except FileNotFoundError:
                continue
            except OSError:
                return

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
        """The tree that the last merge in a worktree wrote into it, where git says so."""
        oid = _line(tree, "AUTO_MERGE")
        if not oid:
            return None
        found = self.runner.run(["cat-file", "-e", f"{oid}^{{tree}}"], ok=_ANY).status == 0
        return oid if found else None

    def _contents(self, tree: Worktree, paths: Iterable[str]) -> Mapping[str, str | None]:
        """Object ids that what stands at some paths would have; `None` where nothing does."""
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
        """Those of some ids that the repository has as objects."""
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


def _line(tree: Worktree, name: str) -> str:
    try:
        return Path(tree.git_dir, name).read_text("ascii").strip()
    except (OSError, ValueError):
        return ""


def _note(tree: Worktree, name: str) -> str:
    """A note of the rebase under way, whichever way git rebases."""
    return _line(tree, f"rebase-merge/{name}") or _line(tree, f"rebase-apply/{name}")


def _stopped(tree: Worktree) -> float | None:
    """When git last noted how far it was; `None` while nothing is under way."""
    if tree.operation is None:
        return None
    notes = [Path(tree.git_dir, name) for name in _NOTES]
    for folder in ("rebase-merge", "rebase-apply"):
        notes += list(Path(tree.git_dir, folder).glob("*"))
    return max(map(_mtime, notes), default=0.0)


def _mtime(path: Path) -> float:
    """When a file was last written; long ago where there is none."""
    try:
        return path.lstat().st_mtime
    except OSError:
        return float("-inf")


def _is_open(path: Path) -> bool:
    """Whether any process that may be looked at has a file open."""
    import psutil

    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if any(each.path == str(path) for each in process.open_files()):
                return True
    return False
