"""Provide base's `.gitattributes` to simulated merges.

`git merge-tree` reads attributes from the directory it happens to run in, untracked ones included,
so the same merge can come out clean or not depending on where it is asked for. Here it runs in a
directory that holds the attribute files of base and nothing else. That works with every git, where
`--attr-source` needs 2.41. Merge drivers that the user has configured do run, as they would in the
real merge.
"""

from __future__ import annotations

import os

from parallel_tui.adapters.disk.files import remove_folder
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.quarantine import OPTIONS, Quarantine
from parallel_tui.errors import GitError
from parallel_tui.model.overlap.verdict import PathChange
from parallel_tui.model.session.worktree import Worktree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_NAME: Final = b".gitattributes"

Files = tuple[tuple[bytes, bytes], ...]
"""Paths with their blobs."""


def sets_attributes(change: PathChange) -> bool:
    """Whether a change touches an attribute file, so that git merges other files by it."""
    return any(path.rpartition("/")[2] == ".gitattributes" for path in change.touches)


class Stage:
    """The directory that merges run in."""

    def __init__(self, runner: Runner, quarantine: Quarantine) -> None:
        self._runner = runner
        self._root = quarantine.path / "stage"
        self._quarantine = quarantine
        self._base: str | None = None
        self._shown: Files | None = None

    def for_base(self, base: str) -> Worktree:
        """The directory to merge in, with the attribute files of a commit or tree.

        One process when it is new, and one for each attribute file when they differ.
        """
        if self._base != base:
            self._fill(self._files(base))
            self._base = base
        return Worktree(
            path=str(self._root),
            git_dir=self._runner.repository.common_dir,
            head=None,
            branch=None,
        )

    def _files(self, base: str) -> Files:
        """Paths and blobs of the attribute files."""
        if self._base is not None and self._shown is not None and self._same(self._base, base):
            return self._shown
        args = ["ls-tree", "-r", "-z", "--full-tree", base]
        listed = self._runner.run(args, env=self._quarantine.env).stdout
        found = []
        place = listed.find(_NAME + b"\0")  # of tens of thousands of entries a few, or none
        while place >= 0:
            entry = listed[listed.rfind(b"\0", 0, place) + 1 : place] + _NAME
            info, _, path = entry.partition(b"\t")
            mode, _, oid = info.split(b" ")
            *folders, name = path.split(b"/")
            # A tree that somebody forged may have names that lead out of the stage.
            safe = not {b"", b".", b".."} & set(folders)
            if name == _NAME and mode.startswith(b"100") and safe:
                found.append((path, oid))
            place = listed.find(_NAME + b"\0", place + 1)
        return tuple(found)

    def _same(self, old: str, new: str) -> bool:
        """Whether two commits have the same attribute files."""
        args = ["diff-tree", "-r", "-z", "--name-only", "--no-renames", old, new]
        try:
            return _NAME not in self._runner.run(args, env=self._quarantine.env).stdout
        except GitError:  # the old one was in quarantine
            return False

    def _fill(self, files: Files) -> None:
        if files == self._shown:
            return
        remove_folder(self._root)
        self._root.mkdir()
        root = os.fsencode(self._root)
        for path, oid in files:
            args = [*OPTIONS, "cat-file", "blob", oid.decode()]
            data = self._runner.run(args, env=self._quarantine.env).stdout
            target = os.path.join(root, path)  # noqa: PTH118 - bytes, for any name git may have
            os.makedirs(os.path.dirname(target), exist_ok=True)  # noqa: PTH103, PTH120
            with open(target, "wb") as out:  # noqa: PTH123
                out.write(data)
        self._shown = files
