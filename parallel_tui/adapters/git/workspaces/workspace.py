"""A work tree that commits are checked out in, one after the other, with what git ignores kept."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Final

from parallel_tui.adapters.disk.files import write_atomically
from parallel_tui.adapters.git.read.files_at import files_at
from parallel_tui.adapters.git.run.environment import raw, text
from parallel_tui.adapters.git.run.runner import WRITE_TIMEOUT, GitOutput, Runner
from parallel_tui.adapters.git.workspaces.borrowing import borrow
from parallel_tui.errors import CouldNotLookError, GitError, disk_hint
from parallel_tui.model.session.repository import Repository
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.model.settings.consent_question import NamedFile
from parallel_tui.record import dataclass

BRANCH: Final = "predicted"
"""Branch that a work tree's HEAD names."""

_DEPENDENCIES: Final = (
    "package.json",
    "package-lock.json",
    "npm-shrinkwrap.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "bun.lock",
    "requirements*.txt",
    "pyproject.toml",
    "setup.py",
    "setup.cfg",
    "poetry.lock",
    "uv.lock",
    "Pipfile.lock",
    "Cargo.lock",
    "go.sum",
    "Gemfile.lock",
    "composer.lock",
    "mix.lock",
)
"""Names of files that say what a project depends on."""

_SETUP: Final = "pdev-setup"


@dataclass(frozen=True, slots=True)
class _Change:
    """What differs between two commits.

    Attributes:
        deleted: Paths that only the first one has.
        rewritten: Object ids of files with other contents, each before and after.
    """

    deleted: tuple[str, ...]
    rewritten: tuple[str, ...]


_TICK: Final = 0.02
"""Seconds that the times of files may be behind the clock: Linux writes those of its last tick."""


class BorrowedTree:
    """Implements `ports.proving.workspaces.Workspace`. Not thread-safe."""

    def __init__(self, place: Path, owner: Repository, digits: int, branch: str = BRANCH) -> None:
        """Make the repository, unless it is there.

        Args:
            place: The work tree.
            owner: Whose commits are checked out.
            digits: Length of its object ids.
            branch: The branch that HEAD names.

        Raises:
            CouldNotLookError: When it cannot be made.
        """
        self._place = place
        self._branch = branch
        self._owner = owner
        self._digits = digits
        self._runner = self._made()
        self._tree = Worktree(str(place), f"{place}/.git", None, branch, is_main=True)

    @property
    def path(self) -> str:
        """See `Workspace.path`."""
        return str(self._place)

    def receive(self, pack: bytes) -> None:
        """See `Workspace.receive`."""
        self._runner.run(["unpack-objects", "-q"], stdin=pack, write=True, timeout=WRITE_TIMEOUT)

    def check_out(self, commit: str) -> None:
        """See `Workspace.check_out`."""
        before = self.at()
        change = self._change_between(before, commit)
        if change is None or self._same_sizes(change):
            self._wait_for_another_second()
        with suppress(OSError):
            Path(self._tree.git_dir, "index.lock").unlink()  # whoever held it has been ended
        self._reset(commit)
        self._change("clean", "-ffdq")
        if change is not None:
            self._remove_deserted(change, commit)

    def anew(self) -> None:
        """See `Workspace.anew`."""
        delete(self._place)
        self._runner = self._made()

    def at(self) -> str | None:
        """See `Workspace.at`."""
        with suppress(OSError):
            return self._branch_file.read_text().strip() or None
        return None

    def files_at(self, commit: str, paths: Sequence[str]) -> tuple[NamedFile, ...]:
        """See `Workspace.files_at`."""
        return files_at(self._runner, commit, paths)

    def changed(self) -> bool:
        """See `Workspace.changed`."""
        return bool(self._ask("status", "--porcelain=v1", "-z", "--untracked-files=all").stdout)

    def dependencies(self) -> Mapping[str, str]:
        """See `Workspace.dependencies`."""
        patterns = [f":(glob)**/{each}" for each in _DEPENDENCIES]
        out = self._runner.run(
            ["ls-files", "-s", "-z", "--", *patterns],
            worktree=self._tree,
            env={"GIT_LITERAL_PATHSPECS": "0"},
        ).stdout
        entries = [each.partition(b"\t") for each in out.split(b"\0") if each]
        return {text(path): text(told.split()[1]) for told, _, path in entries}

    def set_up_for(self) -> Mapping[str, object] | None:
        """See `Workspace.set_up_for`."""
        try:
            found = json.loads(Path(self._tree.git_dir, _SETUP).read_bytes())
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    def set_up(self, what: Mapping[str, object] | None) -> None:
        """See `Workspace.set_up`."""
        path = Path(self._tree.git_dir, _SETUP)
        if what is None:
            path.unlink(missing_ok=True)
        else:
            write_atomically(path, json.dumps(what).encode())

    def _made(self) -> Runner:
        try:
            return Runner(borrow(self._place, self._owner, self._branch, self._digits))
        except OSError as error:
            raise CouldNotLookError(
                f"No worktree can be made in {self._place}: {error.strerror or error}",
                hint=disk_hint(error),
            ) from error

    @property
    def _branch_file(self) -> Path:
        return Path(self._tree.git_dir, "refs/heads", self._branch)

    def _reset(self, commit: str) -> None:
        try:
            self._change("reset", "-q", "--hard", commit)
        except GitError:
            # An index, or a HEAD, that a crash left torn: it can be made again from the commit.
            for name in ("index", "HEAD.lock", f"refs/heads/{self._branch}.lock"):
                with suppress(OSError):
                    Path(self._tree.git_dir, name).unlink()
            write_atomically(
                Path(self._tree.git_dir, "HEAD"), f"ref: refs/heads/{self._branch}\n".encode()
            )
            self._change("reset", "-q", "--hard", commit)

    def _change_between(self, before: str | None, now: str) -> _Change | None:
        """What differs between two commits; `None` when that is not known."""
        if before is None:
            return None
        try:
            out = self._ask("diff-tree", "-r", "-z", "--no-renames", "--raw", before, now).stdout
        except GitError:
            return None  # the last commit is not there any more
        fields = out.split(b"\0")
        deleted, rewritten = [], []
        for told, path in zip(fields[::2], fields[1::2], strict=False):
            _, _, old, new, status = text(told).split(" ")
            if status == "D":
                deleted.append(text(path))
            elif status == "M" and old != new:
                rewritten += [old, new]
        return _Change(tuple(deleted), tuple(rewritten))

    def _same_sizes(self, change: _Change) -> bool:
        """Whether a file gets other contents of the same size."""
        if not change.rewritten:
            return False
        sizes = self._runner.run(
            ["cat-file", "--batch-check=%(objectsize)"],
            stdin="\n".join([*change.rewritten, ""]).encode(),
        ).stdout.split()
        return any(old == new for old, new in zip(sizes[::2], sizes[1::2], strict=False))

    def _wait_for_another_second(self) -> None:
        """Programs tell by size, and by the second, whether they know a file's contents."""
        with suppress(OSError):
            written = int(self._branch_file.stat().st_mtime)
            while 0 <= time.time() - written < 1 + _TICK:
                time.sleep(0.05)

    def _remove_deserted(self, change: _Change, now: str) -> None:
        """Delete folders of the last commit that this one does not have, with all left in them.

        A folder that holds nothing but caches may still be taken for a package.
        """
        gone = [PurePosixPath(each) for each in change.deleted]
        folders = sorted({str(each) for path in gone for each in path.parents} - {"."})
        asked = [each for each in folders if "\n" not in each]
        if not asked:
            return
        answers = self._runner.run(
            ["cat-file", "--batch-check=%(objecttype)"],
            stdin=b"".join(raw(f"{now}:{each}\n") for each in asked),
        ).stdout.split(b"\n")
        for folder, kind in zip(asked, answers, strict=False):
            path = self._place / folder
            inside = os.path.realpath(path) == str(Path(os.path.realpath(self._place), folder))
            if kind != b"tree" and inside and path.is_dir():
                delete(path)

    def _change(self, *args: str) -> None:
        self._runner.run(args, worktree=self._tree, write=True, timeout=WRITE_TIMEOUT)

    def _ask(self, *args: str) -> GitOutput:
        return self._runner.run(args, worktree=self._tree)


def delete(folder: Path) -> None:
    """Delete a folder, of which a test may have made parts unwritable."""

    def again(function: Callable[[str], object], path: str, error: object) -> None:
        with suppress(OSError):
            Path(path).parent.chmod(0o700)
            Path(path).chmod(0o700)
            function(path)

    shutil.rmtree(folder, onerror=again)
