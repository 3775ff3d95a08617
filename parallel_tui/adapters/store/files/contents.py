"""All that the shared files keep, taken out or put in as one value."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Final

from parallel_tui.adapters.disk.reading import UnusableFileError
from parallel_tui.adapters.store.files.documents import events, journal, locks, state
from parallel_tui.adapters.store.files.mechanics import json_document
from parallel_tui.adapters.store.files.mechanics.change import SharedChange
from parallel_tui.adapters.store.files.mechanics.folder import Folder
from parallel_tui.adapters.store.files.store import FileStore
from parallel_tui.errors import RefusedError
from parallel_tui.model.sharing.tasks import LIST_PREFIX, LIST_SUFFIX, is_task_list
from parallel_tui.model.text.strict_json import Json
from parallel_tui.ports.store.contents import KeptLock, StoreContents
from parallel_tui.record import dataclass

_LONGEST_JOURNAL: Final = 1 << 30

MIRRORED: Final = "mirrored"
"""In the details of a lock: that it only shows one which a server keeps."""

CENTRAL: Final = "central"
"""Beside another program's lock file that counts for nothing: the details of the lock that does."""


@dataclass(frozen=True, slots=True)
class FileContents:
    """One coordination root as a place for contents.

    Attributes:
        store: Its store.
    """

    store: FileStore

    @property
    def shown(self) -> str:
        """Its path."""
        return self.store.root.path

    def take(self) -> StoreContents:
        """Everything that the files say, while nobody changes them.

        Raises:
            RefusedError: When one of them cannot be read.
            CouldNotLookError: When others hold the guard for too long.
        """
        with self.store.guard.held():
            try:
                return self._take()
            except UnusableFileError as error:
                raise RefusedError(error.message, hint="See: pdev doctor") from None

    def _take(self) -> StoreContents:
        store = self.store
        document = json_document.load(store.root, state.NAME)
        _demand(document.problem)
        names = store.root.names()
        tasks = {
            name[len(LIST_PREFIX) : -len(LIST_SUFFIX)]: store.root.read(name)
            for name in names
            if is_task_list(name)
        }
        log = store.own.read(journal.NAME, limit=_LONGEST_JOURNAL) or b""
        return StoreContents(
            state=document.data,
            locks=self._locks(),
            events=self._events(),
            tasks={name: _text(raw) for name, raw in tasks.items() if raw is not None},
            journal=tuple(_text(line) for line in log.split(b"\n") if line),
        )

    def _locks(self) -> dict[str, KeptLock]:
        folder, meta = self.store.locks.folder, self.store.locks.meta
        found: dict[str, KeptLock] = {}
        mirrored: set[str] = set()
        for entry in meta.names():
            if entry.endswith(".json"):
                side = json_document.load(meta, entry)
                _demand(side.problem)
                if side.data.get(MIRRORED) is True:
                    mirrored.add(entry.removesuffix(".json"))
                elif own := {key: each for key, each in side.data.items() if key != CENTRAL}:
                    found[entry.removesuffix(".json")] = KeptLock(None, own)
        for entry in folder.names():
            if not entry.endswith(locks.SUFFIX):
                continue
            name = entry.removesuffix(locks.SUFFIX)
            lock = self.store.locks.read(name)
            if lock is None or name in mirrored:
                continue
            _demand(lock.problem)
            raw = folder.read(entry) or b""
            known = found.get(name)
            found[name] = KeptLock(_text(raw), known.details if known is not None else None)
        return found

    def _events(self) -> dict[str, dict[str, Json]]:
        folder = self.store.events.folder
        found: dict[str, dict[str, Json]] = {}
        for event_id in self.store.events.ids():
            document = json_document.load(folder, event_id + events.SUFFIX)
            _demand(document.problem)
            found[event_id] = document.data
        return found

    def put(self, contents: StoreContents) -> None:
        """Write all of it, or nothing.

        Raises:
            RefusedError: When something is shared there already, or the disk refuses.
        """
        store = self.store
        with store.guard.held():
            if not self._take().empty:
                raise RefusedError(
                    f"{self.shown} has shared files already",
                    hint="Name an empty folder with --to, or move them away.",
                )
            with SharedChange(store.root) as change:
                self._drop_mirrored(change)
                if contents.state:
                    change.put(store.root, state.NAME, json_document.dump(dict(contents.state)))
                for name, lock in contents.locks.items():
                    if lock.details is not None:
                        data = json_document.dump(dict(lock.details))
                        change.put(store.locks.meta, f"{name}.json", data)
                    if lock.content is not None:
                        content = _bytes(lock.content)
                        change.create(store.locks.folder, name + locks.SUFFIX, content)
                for event_id, event in contents.events.items():
                    change.create(
                        store.events.folder,
                        event_id + events.SUFFIX,
                        json_document.dump(dict(event)),
                    )
                for session, text in contents.tasks.items():
                    name = f"{LIST_PREFIX}{session}{LIST_SUFFIX}"
                    change.put(store.root, name, _bytes(text))
                if contents.journal:
                    lines = "".join(f"{line}\n" for line in contents.journal)
                    before = store.own.read(journal.NAME, limit=_LONGEST_JOURNAL) or b""
                    change.put(store.own, journal.NAME, before + _bytes(lines))

    def _drop_mirrored(self, change: SharedChange) -> None:
        folder, meta = self.store.locks.folder, self.store.locks.meta
        for entry in meta.names():
            name = entry.removesuffix(".json")
            said = json_document.load(meta, entry).data
            if said.get(MIRRORED) is True:
                change.remove(folder, name + locks.SUFFIX)
                change.remove(meta, entry)
            elif CENTRAL in said:
                change.remove(meta, entry)  # what is exported has the rest of it

    def set_aside(self) -> str:
        """Move what is shared out of the way, keeping it; returns where it is now.

        Hooks and the guide's scripts read these files: left where they are they would speak of
        locks that nobody holds.

        Raises:
            RefusedError: When they cannot be moved.
        """
        root = self.store.root
        aside = Folder(root.root, (*json_document.QUARANTINE, time.strftime("%Y%m%d-%H%M%S-moved")))
        moves = [
            (self.store.locks.folder, aside.below("locks")),
            (self.store.locks.meta, aside.below("locks", ".meta")),
            (self.store.events.folder, aside.below("events")),
        ]
        with self.store.guard.held():
            for source, target in moves:
                for name in source.names():
                    if name != ".meta":
                        source.move(name, target, name)
            for name in root.names():
                if name == state.NAME or is_task_list(name):
                    root.move(name, aside, name)
            with suppress(UnusableFileError):
                self.store.own.move(journal.NAME, aside, journal.NAME)
        return aside.path


def _demand(problem: str | None) -> None:
    if problem is not None:
        raise RefusedError(f"{problem}; nothing was moved", hint="See: pdev doctor")


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def _bytes(text: str) -> bytes:
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")
