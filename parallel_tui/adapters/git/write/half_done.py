"""Finish or undo what a killed git left in a worktree."""

from __future__ import annotations

import stat
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from parallel_tui.adapters.git.run.environment import raw
from parallel_tui.adapters.git.run.runner import WRITE_TIMEOUT, Runner
from parallel_tui.adapters.git.write.half_look import SLOP, line_in, written
from parallel_tui.adapters.git.write.lock_files import remaining
from parallel_tui.adapters.git.write.running_git import wait_for_git
from parallel_tui.errors import CouldNotLookError, RefusedError
from parallel_tui.model.session.worktree import OperationKind, Worktree
from parallel_tui.model.sync.cut_off import Move, Seen
from parallel_tui.record import dataclass

_MERGING: Final = ("MERGE_HEAD", "MERGE_MSG", "MERGE_MODE", "MERGE_RR", "AUTO_MERGE")
_PICKING: Final = ("CHERRY_PICK_HEAD", "REBASE_HEAD")


@dataclass(frozen=True, slots=True)
class HalfDone:
    """Ends interrupted moves. The caller has checked that no git process works there.

    Attributes:
        runner: The gateway to git.
    """

    runner: Runner

    def unlock(self, tree: Worktree | None, move: Move) -> None:
        """Delete the lock files that the killed git left.

        Args:
            tree: The worktree; `None` where none has the branch.
            move: What was under way.

        Raises:
            RefusedError: When one may be somebody else's.
        """
        common = self.runner.repository.common_dir
        found = remaining(common, tree, move.branch)
        if not found:
            return
        try:
            places = (common,) if tree is None else (tree.path, common)
            wait_for_git(*places, seconds=0.0)
        except CouldNotLookError as error:
            raise RefusedError(error.message, hint=error.hint) from error
        for lock in found:
            with suppress(FileNotFoundError):
                if lock.lstat().st_mtime < move.since - SLOP or _is_open(lock):
                    raise RefusedError(
                        f"{lock} is in the way",
                        hint="If no program works there, delete it",
                    )
                lock.unlink()

    def finish(self, tree: Worktree, move: Move, result: str) -> None:
        """Delete git's state of a finished move, and point HEAD at its branch."""
        if tree.branch is None and tree.head == result:
            self._head(tree, move.branch)
        self._forget(tree, move)

    def give_back(self, tree: Worktree, move: Move, seen: Seen, original: str | None) -> None:
        """Restore files, index and HEAD. May be repeated after a kill.

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
            now = line_in(tree, "ORIG_HEAD")
            if now == move.before:
                change = ["ORIG_HEAD", original] if original else ["-d", "ORIG_HEAD"]
                self._write(tree, ["update-ref", "--no-deref", *change])

    def _head(self, tree: Worktree, branch: str) -> None:
        self._write(tree, ["symbolic-ref", "-m", "pdev: as before", "HEAD", f"refs/heads/{branch}"])

    def _forget(self, tree: Worktree, move: Move) -> None:
        """Delete git's state of the operation, as its own `--abort` does.

        What shows that it is ours goes last: a kill in between is met again.
        """
        for name in _PICKING:
            if written(Path(tree.git_dir, name)) >= move.since - SLOP:
                self._write(tree, ["update-ref", "--no-deref", "-d", name])
        if any(written(Path(tree.git_dir, name)) >= move.since - SLOP for name in _MERGING):
            self._write(tree, ["merge", "--quit"])
        squashed = Path(tree.git_dir, "SQUASH_MSG")
        if written(squashed) >= move.since - SLOP:
            squashed.unlink(missing_ok=True)  # or the next commit would have that message
        if tree.operation is not None and tree.operation.kind is not OperationKind.MERGE:
            self._write(tree, ["rebase", "--quit"])

    def _write(self, tree: Worktree, args: Sequence[str]) -> None:
        self.runner.run(args, worktree=tree, timeout=WRITE_TIMEOUT, write=True)

    @staticmethod
    def _delete(root: Path, path: str, *, only_folders: bool = False) -> None:
        """Delete a file below a root, and folders above it that become empty."""
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


def _is_open(path: Path) -> bool:
    """Whether any process that we may inspect has a file open."""
    import psutil

    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if any(each.path == str(path) for each in process.open_files()):
                return True
    return False
