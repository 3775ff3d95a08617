"""`.claude/locks`: the guide's lock files, and our sidecars in `.meta`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from parallel_tui.adapters.store import documents
from parallel_tui.adapters.store.documents import Json
from parallel_tui.adapters.store.folder import Folder, Stamp, UnusableFileError
from parallel_tui.model.lock import Holder, Lock, guessed_target

SUFFIX: Final = ".lock"
_SCHEMA: Final = 1
_MAX_OWNER: Final = 64 * 1024


@dataclass(slots=True)
class LockFiles:
    """Reads and writes lock files. Writing is only safe under the guard.

    Attributes:
        folder: `.claude/locks`.
    """

    folder: Folder
    _seen: dict[str, tuple[Stamp | None, Stamp | None, Lock]] = field(
        default_factory=dict, repr=False
    )

    @property
    def meta(self) -> Folder:
        """Where the sidecars are."""
        return self.folder.below(".meta")

    def all(self) -> tuple[Lock, ...]:
        """Every lock, by target. Files that did not change since the last call are not re-read.

        Raises:
            UnusableFileError: When the folder itself cannot be read.
        """
        found: dict[str, tuple[Stamp | None, Stamp | None, Lock]] = {}
        sidecars = self.meta.stamps()
        for entry, stamp in self.folder.stamps().items():
            if not entry.endswith(SUFFIX):
                continue
            name = entry[: -len(SUFFIX)]
            stamps = stamp, sidecars.get(f"{name}.json")
            known = self._seen.get(name)
            if known is not None and known[:2] == stamps:
                found[name] = known
                continue
            lock = self.read(name)
            if lock is not None:
                found[name] = (*stamps, lock)
        self._seen = found
        return tuple(sorted((each[2] for each in found.values()), key=lambda lock: lock.target))

    def read(self, name: str) -> Lock | None:
        """One lock as it stands now, or `None` when the name is free."""
        try:
            raw = self.folder.read(name + SUFFIX, limit=_MAX_OWNER)
        except UnusableFileError as error:
            return Lock(name, guessed_target(name), None, problem=error.message, foreign=True)
        if raw is None:
            return None
        owner = raw.decode("utf-8", "surrogateescape").split("\n", 1)[0].strip()
        if not owner:
            problem = f"{self.folder.path}/{name}{SUFFIX} names no owner"
            return Lock(name, guessed_target(name), None, problem=problem, foreign=True)
        side = documents.load(self.meta, f"{name}.json")
        data = side.data
        generation = documents.number(data.get("generation"))
        ours = data.get("held") is True and data.get("owner") == owner
        if not ours or not isinstance(data.get("target"), str):
            return Lock(name, guessed_target(name), owner, foreign=True, generation=generation)
        since, ttl = data.get("since"), data.get("ttl")
        return Lock(
            name,
            documents.text(data["target"]),
            owner,
            since=float(since) if isinstance(since, int | float) else None,
            reason=documents.text(data.get("reason")),
            ttl=float(ttl) if isinstance(ttl, int | float) else None,
            generation=generation,
            holder=_holder(data),
            worktree=documents.optional_text(data.get("worktree")),
        )

    def generation(self, name: str) -> int:
        """The last generation granted under a name, also after its release."""
        return documents.number(documents.load(self.meta, f"{name}.json").data.get("generation"))

    def create(self, lock: Lock) -> bool:
        """Write a new lock; returns whether the name was still free."""
        owner = f"{lock.owner}\n".encode("utf-8", "surrogateescape")
        if not self.folder.create(lock.name + SUFFIX, owner):
            return False
        self.update(lock)
        return True

    def update(self, lock: Lock) -> None:
        """Write the sidecar of a lock that is held."""
        self.meta.write(f"{lock.name}.json", documents.dump(_sidecar(lock, held=True)))

    def remove(self, lock: Lock) -> bool:
        """Delete a lock; its generation stays on record. Returns whether it was there."""
        gone = self.folder.remove(lock.name + SUFFIX)
        if not lock.foreign:
            self.meta.write(f"{lock.name}.json", documents.dump(_sidecar(lock, held=False)))
        return gone


def _holder(data: dict[str, Json]) -> Holder | None:
    pid = data.get("pid")
    if not isinstance(pid, int) or isinstance(pid, bool) or pid <= 0:
        return None
    return Holder(
        documents.text(data.get("host")),
        documents.text(data.get("boot")),
        pid,
        documents.text(data.get("start")),
    )


def _sidecar(lock: Lock, *, held: bool) -> dict[str, Json]:
    holder = lock.holder
    return {
        "schema": _SCHEMA,
        "target": lock.target,
        "owner": lock.owner,
        "held": held,
        "generation": lock.generation,
        "since": lock.since,
        "reason": lock.reason,
        "ttl": lock.ttl,
        "host": holder.host if holder else None,
        "boot": holder.boot if holder else None,
        "pid": holder.pid if holder else None,
        "start": holder.start if holder else None,
        "worktree": lock.worktree,
    }
