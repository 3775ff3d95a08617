"""Build snapshots without an index: HEAD's tree with the uncommitted paths replaced.

The work tree's index says nothing that HEAD and the status do not say together, but for odd
settings and entries, and reading, writing and hashing it is most of what a snapshot costs. So this
makes the tree from the uncommitted files alone, and gives up where it might differ from the one
that git would make.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterable, Sequence

from parallel_tui.adapters.git.run.environment import raw
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.large_files import LARGE
from parallel_tui.adapters.git.simulate.quarantine import Quarantine
from parallel_tui.adapters.git.simulate.snapshot.contents import Contents, in_index_only, sort
from parallel_tui.adapters.git.simulate.snapshot.conversion import Conversions, Rules, rules_for
from parallel_tui.adapters.git.simulate.snapshot.marked_files import Hidden
from parallel_tui.adapters.git.simulate.snapshot.signature import stamp_of
from parallel_tui.adapters.git.simulate.snapshot.trees import (
    Edits,
    File,
    OddTreeError,
    TreeObjects,
    folders_of,
)
from parallel_tui.errors import GitError, ParallelError
from parallel_tui.model.git_version import Needs
from parallel_tui.model.session.git_status import StatusEntry
from parallel_tui.model.session.worktree import Worktree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO, Final

MOST_FILES: Final = 500
"""Uncommitted files of a session; for more git is faster than we are."""

MOST_BYTES: Final = 8 << 20
"""Bytes read for one snapshot; for more git's own process does not hold up ours."""

_YOUNG: Final = 2 * 10**9
"""Nanoseconds after a change in which another might leave the same times: file systems differ."""

_RULES: Final = (".gitattributes", ".gitignore")

_Hashed = dict[str, tuple[object, File]]


class GivingUpError(Exception):
    """This work cannot be written without an index."""


class Quick:
    """Writes trees of uncommitted work. Threads may share it, each for its own worktrees.

    Attributes:
        trees: Reads and writes trees.
        hidden: Knows the files that no status lists.
    """

    def __init__(self, runner: Runner, quarantine: Quarantine) -> None:
        self._runner = runner
        self._quarantine = quarantine
        self.trees = TreeObjects(runner, quarantine)
        self.hidden = Hidden(runner, quarantine)
        self._conversions = Conversions(runner, quarantine)
        self._hashed: dict[str, _Hashed] = {}
        self._large: dict[str, frozenset[str]] = {}

    def forget(self) -> None:
        """Drop what depends on objects in quarantine."""
        self._hashed.clear()

    def clean(self, worktree: Worktree) -> None:
        """Drop the cache of a worktree that has no uncommitted files now."""
        self._hashed.pop(worktree.git_dir, None)
        self._large.pop(worktree.git_dir, None)

    def retain(self, keys: Iterable[str]) -> None:
        """Drop the cache of all worktrees but these.

        Of large files only those objects stay that the last snapshots of these have.
        """
        wanted = set(keys)
        self.hidden.retain(wanted)
        self._large = {key: each for key, each in self._large.items() if key in wanted}
        self._quarantine.keep_large(frozenset().union(*self._large.values()))
        self._hashed = {key: each for key, each in self._hashed.items() if key in wanted}
        self.trees.age()

    def prepare(self, looks: Iterable[tuple[str, Sequence[StatusEntry]]]) -> None:
        """Read what the snapshots of several worktrees need, with one process.

        Args:
            looks: Trees of their HEADs, each with their status.

        Raises:
            GitError: When git gave no answer.
        """
        if not Needs.ANY_NAME.met_by(self._runner.version):
            return
        wanted: dict[tuple[str, str], None] = {}
        for tree, entries in looks:
            if len(entries) <= MOST_FILES:
                paths = {entry.path for entry in entries}
                wanted |= dict.fromkeys((tree, each) for each in folders_of(paths) - paths)
        self.trees.load(wanted)

    def snapshot(
        self,
        worktree: Worktree,
        entries: Sequence[StatusEntry],
        head_tree: str,
        refuse: type[ParallelError],
    ) -> tuple[str, tuple[str, ...]]:
        """The tree of a worktree's work, and remarks on paths not judged by their contents.

        No process when its folders, settings and files are known; one for each of these that is
        not, one more for untracked folders, and three where filters may be set.

        Args:
            worktree: Whose work.
            entries: Its status.
            head_tree: Tree of its HEAD.
            refuse: Raised when there is too much.

        Raises:
            GivingUpError: When only an index tells the tree.
        """
        if len(entries) > MOST_FILES or not Needs.ANY_NAME.met_by(self._runner.version):
            raise GivingUpError
        if any(each.submodule or in_index_only(worktree, each) for each in entries):
            raise GivingUpError
        try:
            settings = self._conversions.settings(worktree)
            if settings.odd:
                raise GivingUpError

            def rules(paths: Iterable[str]) -> Rules:
                return rules_for(settings, worktree, folders_of(paths))

            contents = sort(
                *(self._runner, worktree, entries, self._quarantine.env, refuse),
                filtered=lambda paths: rules(paths).contents,
            )
            told = rules(contents.paths)
            if told.contents and self._converted(worktree, contents.paths):
                raise GivingUpError
            paths = [*contents.paths, *contents.gone, *contents.hidden]
            paths += [path for path, _, _ in contents.standing]
            folders = folders_of(paths).difference(paths)
            self.trees.load((head_tree, folder) for folder in folders)
            rule_files = {*self.trees.named(head_tree, folders, _RULES)}
            rule_files |= {each.path for each in entries if each.path.endswith(_RULES)}
            if not all(os.path.lexists(f"{worktree.path}/{path}") for path in rule_files):
                raise GivingUpError  # git may read from the index what the disk has not
            edits = self._edits(worktree, contents, line_ends=told.line_ends)
            return self.trees.edited(head_tree, edits), contents.notes
        except (OddTreeError, GitError, OSError, ValueError) as error:
            raise GivingUpError from error

    def _converted(self, worktree: Worktree, paths: Sequence[str]) -> bool:
        """Whether any attribute is set that makes git convert a file's content."""
        stdin = b"".join(raw(path) + b"\0" for path in paths)
        args = ["check-attr", "-z", "--stdin", "filter", "ident", "working-tree-encoding"]
        env = self._quarantine.env
        told = self._runner.run(args, worktree=worktree, stdin=stdin, env=env).fields()
        return not {"unspecified", "unset"}.issuperset(told[2::3])

    def _edits(self, worktree: Worktree, contents: Contents, *, line_ends: bool) -> Edits:
        before = self._hashed.get(worktree.git_dir, {})
        digits = len(worktree.head or "")
        hashed: _Hashed = {}
        edits: dict[str, File | None] = dict.fromkeys((*contents.gone, *contents.hidden))
        for path, mode, data in contents.standing:
            edits[path] = File(mode.encode(), self._quarantine.blob(data, digits))
        large: set[str] = set()
        disk = _Disk(worktree.path, line_ends=line_ends)
        for path in contents.paths:
            found = disk.look(path)
            if found is None:
                edits[path] = None
                continue
            mark = (stamp_of(found), line_ends)
            known = before.get(path)
            if known is not None and known[0] == mark:
                file = known[1]
            elif found.st_size >= LARGE and stat.S_ISREG(found.st_mode):
                file = disk.large(path, self._quarantine, digits)
            else:
                kind, content = disk.read(path, found)
                file = File(kind, self._quarantine.blob(content, digits))
            edits[path] = file
            if found.st_size >= LARGE:
                large.add(file.oid)
            if time.time_ns() - max(found.st_mtime_ns, found.st_ctime_ns) > _YOUNG:
                hashed[path] = (mark, file)
        self._hashed[worktree.git_dir] = hashed
        self._large[worktree.git_dir] = frozenset(large)
        return edits


class _Disk:
    """The files of one worktree, as git would read them."""

    def __init__(self, root: str, *, line_ends: bool) -> None:
        self._root = root
        self._line_ends = line_ends
        self._left = MOST_BYTES

    def look(self, path: str) -> os.stat_result | None:
        """The file at a path; `None` without one."""
        try:
            return os.lstat(f"{self._root}/{path}")
        except (FileNotFoundError, NotADirectoryError):
            return None

    def read(self, path: str, found: os.stat_result) -> tuple[bytes, bytes]:
        """Mode and contents.

        Raises:
            GivingUpError: When it is not a plain file or link, too large, or would be converted.
            OSError: When it cannot be read.
        """
        place = f"{self._root}/{path}"
        if stat.S_ISLNK(found.st_mode):
            return b"120000", os.fsencode(os.readlink(place))  # noqa: PTH115
        if not stat.S_ISREG(found.st_mode):
            raise GivingUpError
        with _opened(place) as file:
            data = file.read(self._left + 1)
        self._left -= len(data)
        if self._left < 0 or (self._line_ends and b"\r" in data):
            raise GivingUpError
        return _mode(found), data

    def large(self, path: str, quarantine: Quarantine, digits: int) -> File:
        """A large plain file, read in pieces and never kept in memory.

        Raises:
            GivingUpError: When it would have to be searched for line ends first.
            OSError: When it cannot be read, or changes meanwhile, or there is no room for it.
        """
        if self._line_ends:
            raise GivingUpError
        with _opened(f"{self._root}/{path}") as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise GivingUpError
            return File(_mode(found), quarantine.large(file, found.st_size, digits))


def _opened(place: str) -> BinaryIO:
    opened = os.open(place, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    return os.fdopen(opened, "rb")


def _mode(found: os.stat_result) -> bytes:
    return b"100755" if found.st_mode & stat.S_IXUSR else b"100644"
