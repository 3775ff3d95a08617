"""A temporary object directory with the repository's objects behind it."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from parallel_tui.model.repository import Repository

_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - where there is one, objects never touch a disk
OPTIONS: Final = ("-c", "core.looseCompression=0", "-c", "core.fsync=none", "-c", "gc.auto=0")
"""Speed instead of safety: what is written here is thrown away."""

MAX_BYTES: Final = 256 * 1024 * 1024
"""Beyond this the directory is emptied; everything in it can be made again."""


class Quarantine:
    """Where simulations write their objects.

    Attributes:
        path: The directory; gone after `close`.
    """

    def __init__(self, repository: Repository) -> None:
        """Make an empty one for a repository."""
        self._repository = repository
        where = _MEMORY if os.access(_MEMORY, os.W_OK) else None
        self.path = Path(tempfile.mkdtemp(prefix="pdev-overlap-", dir=where))
        (self.path / "objects").mkdir()
        self._made = 0

    @property
    def env(self) -> Mapping[str, str]:
        """Variables that make git read the repository's objects and write here."""
        return {
            "GIT_OBJECT_DIRECTORY": str(self.path / "objects"),
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": f"{self._repository.common_dir}/objects",
            "GIT_AUTHOR_NAME": "pdev",
            "GIT_AUTHOR_EMAIL": "pdev",
            "GIT_COMMITTER_NAME": "pdev",
            "GIT_COMMITTER_EMAIL": "pdev",
        }

    def commit(self, tree: str, parents: Sequence[str] = ()) -> str:
        """Write a commit object without starting a process; the same input gives the same id.

        Args:
            tree: Object id of its tree.
            parents: Object ids of its parents.
        """
        who = "pdev <pdev> 0 +0000"
        lines = [f"tree {tree}", *(f"parent {parent}" for parent in parents)]
        body = ("\n".join([*lines, f"author {who}", f"committer {who}", "", ""])).encode()
        data = b"commit %d\0" % len(body) + body
        # git's own names of objects, not a protection: 40 digits mean SHA-1, 64 mean SHA-256.
        name = (
            hashlib.sha256(data) if len(tree) == 64 else hashlib.sha1(data, usedforsecurity=False)
        )
        oid = name.hexdigest()
        folder = self.path / "objects" / oid[:2]
        target = folder / oid[2:]
        if not target.exists():
            folder.mkdir(exist_ok=True)
            temporary = folder / f"tmp{self._made}"
            self._made += 1
            temporary.write_bytes(zlib.compress(data, 0))
            temporary.rename(target)
        return oid

    def size(self) -> int:
        """Bytes in it, at most a little too few while something writes."""
        total = 0
        for entry in self.path.rglob("*"):
            try:
                total += entry.stat().st_size
            except FileNotFoundError:
                continue
        return total

    def empty(self) -> None:
        """Throw all objects away."""
        shutil.rmtree(self.path / "objects", ignore_errors=True)
        (self.path / "objects").mkdir(exist_ok=True)

    def close(self) -> None:
        """Delete the directory."""
        shutil.rmtree(self.path, ignore_errors=True)
