"""Read trees of commits, and build changed ones.

A tree with one file changed shares all others with the old one, so only the folders above that
file are written: a handful of small objects, where an index of the whole work tree would be read,
written and hashed to say the same.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Iterator, Mapping

from parallel_tui.adapters.git.run.environment import raw
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.bounded_cache import Bounded
from parallel_tui.adapters.git.simulate.quarantine import OPTIONS, Quarantine
from parallel_tui.errors import GitError
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

MOST: Final = 20_000
"""Entries of trees kept in memory, about 5 MB; those not used for longest go first."""

_FOLDER: Final = b"40000"
_MODES: Final = {mode: mode for mode in (_FOLDER, b"100644", b"100755", b"120000")}

Entries = Mapping[bytes, tuple[bytes, str]]
"""Mode and object of what is in a folder, by name."""


class OddTreeError(Exception):
    """This tree cannot be edited directly; an index is needed."""


@dataclass(frozen=True, slots=True)
class File:
    """A file of a tree: its mode and the id of its content.

    Attributes:
        mode: Of the tree entry.
        oid: Its blob.
    """

    mode: bytes
    oid: str


Edits = Mapping[str, File | None]
"""Files by path; `None` where there is none any more."""


def folders_of(paths: Iterable[str]) -> frozenset[str]:
    """All folders above some paths, the topmost (empty) included."""
    found = {""}
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return frozenset(found)


class TreeObjects:
    """Reads and writes trees. Thread-safe."""

    def __init__(self, runner: Runner, quarantine: Quarantine) -> None:
        self._runner = runner
        self._quarantine = quarantine
        self._lock = threading.Lock()
        self._kept: Bounded[str, Entries] = Bounded(MOST)

    def age(self) -> None:
        """End a round of predictions: drop trees that were not used for long."""
        with self._lock:
            self._kept.age()

    def load(self, wanted: Iterable[tuple[str, str]]) -> None:
        """Load folders into memory, with one process for all that are new.

        Args:
            wanted: Trees, each with the path of a folder in it whose entries will be needed, and
                those of all folders above it. What is not there is passed over.

        Raises:
            GitError: When git gave no answer.
        """
        specs: dict[bytes, None] = {}
        for root, folder in wanted:
            parts = raw(folder).split(b"/") if folder else []
            oid: str | None = root
            for depth in range(len(parts) + 1):
                entries = None if oid is None else self._get(oid)
                if entries is None:
                    specs[root.encode() + b":" + b"/".join(parts[:depth])] = None
                    oid = None
                elif depth < len(parts):
                    mode, oid = entries.get(parts[depth], (b"", ""))
                    if mode != _FOLDER:
                        break
        if specs:
            self._read(list(specs))

    def edited(self, root: str, edits: Edits) -> str:
        """Write a tree with other files at some paths.

        Args:
            root: A tree.
            edits: What stands where. A file takes the place of a folder, and the other way round.

        Raises:
            OddTreeError: When a submodule or an entry of an odd mode is in the way.
            GitError: When git gave no answer.
        """
        nested: dict[bytes, _Edit] = {}
        # Of a file and a folder at one place the one is gone, and says nothing of the other.
        for path in sorted(edits, key=lambda each: edits[each] is not None):
            *folders, name = raw(path).split(b"/")
            place = nested
            for folder in folders:
                below = place.setdefault(folder, {})
                if below is None and edits[path] is not None:
                    below = place[folder] = {}
                if not isinstance(below, dict):
                    raise OddTreeError(path)
                place = below
            if edits[path] is None and name in place:
                raise OddTreeError(path)
            place[name] = edits[path]
        self.load((root, folder) for folder in folders_of(edits) if folder not in edits)
        return self._write(root, nested, len(root)) or self._quarantine.tree(b"", len(root))

    def named(self, root: str, folders: Iterable[str], names: Collection[str]) -> Iterator[str]:
        """Paths of files with certain names in the loaded folders.

        Args:
            root: A tree.
            folders: Paths of folders in it, and all those above them.
            names: File names.
        """
        wanted = [(name, raw(name)) for name in names]
        for folder in folders:
            entries = self._folder(root, folder) or {}
            for name, plain in wanted:
                if plain in entries:
                    yield f"{folder}/{name}" if folder else name

    def _folder(self, root: str, folder: str) -> Entries | None:
        entries = self._get(root)
        for name in raw(folder).split(b"/") if folder else ():
            mode, oid = (entries or {}).get(name, (b"", ""))
            entries = self._get(oid) if mode == _FOLDER else None
        return entries

    def _write(self, oid: str | None, edits: Mapping[bytes, _Edit], digits: int) -> str | None:
        before = {} if oid is None else self._get(oid)
        if before is None:  # too large to be kept, or gone since
            raise OddTreeError(oid)
        entries = dict(before)
        for name, edit in edits.items():
            mode, old = entries.get(name, (b"", ""))
            if mode and mode not in _MODES:
                raise OddTreeError(name)
            if isinstance(edit, dict):
                below = self._write(old if mode == _FOLDER else None, edit, digits)
                if below is not None:
                    entries[name] = (_FOLDER, below)
                elif mode == _FOLDER:
                    del entries[name]
            elif edit is not None:
                entries[name] = (edit.mode, edit.oid)
            elif mode and mode != _FOLDER:
                del entries[name]
        if not entries:
            return None
        if oid is not None and entries == before:
            return oid
        made = b"".join(
            mode + b" " + name + b"\0" + bytes.fromhex(oid)
            # git sorts a folder as if its name ended in a slash.
            for name, (mode, oid) in sorted(
                entries.items(), key=lambda each: each[0] + b"/" * (each[1][0] == _FOLDER)
            )
        )
        return self._quarantine.tree(made, digits)

    def _read(self, specs: list[bytes]) -> None:
        args = [*OPTIONS, "cat-file", "--batch=%(objectname) %(objecttype) %(objectsize)", "-z"]
        stdin = b"".join(spec + b"\0" for spec in specs)
        told = self._runner.run(args, stdin=stdin, env=self._quarantine.env).stdout
        place = 0
        for spec in specs:
            end = told.find(b"\n", place)
            words = told[place:end].split(b" ")
            if len(words) == 3 and words[2].isdigit() and words[1] != b"missing":
                place = end + 1 + int(words[2]) + 1
                if words[1] == b"tree":
                    oid = words[0].decode()
                    entries = _entries(told[end + 1 : place - 1], len(oid))
                    with self._lock:
                        self._kept.put(oid, entries, len(entries))
                continue
            missing = spec + b" missing\n"
            if not told.startswith(missing, place):
                raise GitError("git cat-file printed something that cannot be read")
            place += len(missing)

    def _get(self, oid: str) -> Entries | None:
        with self._lock:
            return self._kept.get(oid)


_Edit = File | None | dict[bytes, "_Edit"]


def _entries(data: bytes, digits: int) -> Entries:
    found: dict[bytes, tuple[bytes, str]] = {}
    place, length = 0, digits // 2
    while place < len(data):
        space = data.index(b" ", place)
        end = data.index(b"\0", space)
        mode = data[place:space]
        oid = data[end + 1 : end + 1 + length].hex()
        found[data[space + 1 : end]] = (_MODES.get(mode, mode), oid)
        place = end + 1 + length
    return found
