"""`.claude/locks`: the guide's lock files, and pdev's additional data in `.meta`."""

from __future__ import annotations

import codecs

from parallel_tui.adapters.disk.reading import UnusableFileError
from parallel_tui.adapters.store.files.mechanics import json_document
from parallel_tui.adapters.store.files.mechanics.change import SharedChange
from parallel_tui.adapters.store.files.mechanics.folder import Folder
from parallel_tui.errors import UsageError
from parallel_tui.model.sharing.lock import (
    Holder,
    Lock,
    ScriptLock,
    check_target,
    guessed_target,
    lock_name,
)
from parallel_tui.ports.taken import TakenError
from parallel_tui.record import dataclass, field, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

    from parallel_tui.adapters.store.files.mechanics.folder import Stamp
    from parallel_tui.adapters.store.files.mechanics.json_document import Json

SUFFIX: Final = ".lock"
_SCHEMA: Final = 1
_MAX_OWNER: Final = 64 * 1024
_MOST_PIDS: Final = 2**31
_KINDS: Final = {
    "target": json_document.TEXT,
    "owner": json_document.TEXT,
    "generation": json_document.WHOLE,
    "since": json_document.NUMBER,
    "renewed": json_document.NUMBER,
    "reason": json_document.TEXT,
    "ttl": json_document.NUMBER,
    "host": json_document.TEXT,
    "boot": json_document.TEXT,
    "pid": json_document.WHOLE,
    "start": json_document.TEXT,
    "worktree": json_document.TEXT,
    "elsewhere": json_document.TEXT,
}
"""What a sidecar of ours says."""


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
        """Folder of the sidecars."""
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
        """One lock as it is now, or `None` when the name is free."""
        try:
            raw = self.folder.read(name + SUFFIX, limit=_MAX_OWNER)
        except UnusableFileError as error:
            return Lock(name, guessed_target(name), None, problem=error.message, foreign=True)
        if raw is None:
            return None
        owner = raw.removeprefix(codecs.BOM_UTF8).decode("utf-8", "surrogateescape")
        owner = owner.split("\n", 1)[0].strip()
        if not owner or any(ord(char) < 32 or ord(char) == 127 for char in owner):
            problem = f"{self.folder.path}/{name}{SUFFIX} names no owner"
            return Lock(name, guessed_target(name), None, problem=problem, foreign=True)
        side = json_document.load(self.meta, f"{name}.json")
        if side.problem is not None:
            return Lock(name, guessed_target(name), owner, problem=side.problem, foreign=True)
        return lock_of(name, owner, side.data, f"{self.meta.path}/{name}.json")

    def generation(self, name: str) -> int:
        """The last generation granted for a name, also after its release."""
        return json_document.number(
            json_document.load(self.meta, f"{name}.json").data.get("generation")
        )

    def create(self, lock: Lock) -> bool:
        """Write a new lock, whole or not at all; returns whether the name was free."""
        try:
            with SharedChange(self.root) as change:
                self.grant(change, lock)
        except TakenError:
            return False
        return True

    def remove(self, lock: Lock) -> bool:
        """Delete a lock; its generation stays on record. Returns whether it existed."""
        there = self.folder.stamps([lock.name + SUFFIX])
        with SharedChange(self.root) as change:
            self.drop(change, lock)
        return bool(there)

    def grant(self, change: SharedChange, lock: Lock) -> None:
        """Add a new lock to a change, which fails if another of its name appears."""
        owner = f"{lock.owner}\n".encode("utf-8", "surrogateescape")
        # The details first: a lock without them would be taken for another program's.
        self.renew(change, lock)
        change.create(self.folder, lock.name + SUFFIX, owner)

    def renew(self, change: SharedChange, lock: Lock) -> None:
        """Add a rewritten sidecar of a held lock to a change."""
        self._write(change, lock, held=True)

    def drop(self, change: SharedChange, lock: Lock) -> None:
        """Add the deletion of a lock to a change; its generation stays on record."""
        change.remove(self.folder, lock.name + SUFFIX)
        if not lock.foreign:
            self._write(change, lock, held=False)

    @property
    def root(self) -> Folder:
        """The coordination root."""
        return Folder(self.folder.root)

    def _write(self, change: SharedChange, lock: Lock, *, held: bool) -> None:
        name = f"{lock.name}.json"
        if json_document.load(self.meta, name).problem is not None:
            change.set_aside(self.meta, name)
        change.put(self.meta, name, json_document.dump(sidecar_of(lock, held=held)))


def lock_of(name: str, owner: str, data: Mapping[str, Json], where: str) -> Lock:
    """A lock as its owner and its details say.

    Args:
        name: The mutex.
        owner: Who holds it.
        data: What we wrote beside it; empty for another program's.
        where: What to call the details in a sentence.
    """
    problem = json_document.odd(data, _KINDS)
    target = json_document.optional_text(data.get("target"))
    held = data.get("held") is True
    if problem is None and target is not None and held and not _fits(target, name):
        problem = f"{target!r} is not what a lock of this name is about"
    if problem is not None:
        said = f"{where}: {problem}"
        return Lock(name, guessed_target(name), owner, problem=said, foreign=True)
    generation = json_document.number(data.get("generation"))
    rivals = data.get("rivals")
    found = [_script(each) for each in rivals] if isinstance(rivals, list) else []
    beside = tuple(each for each in found if each is not None)
    if target is None or not held or data.get("owner") != owner:
        lock = Lock(name, guessed_target(name), owner, foreign=True, generation=generation)
        script = _script(data.get("script")) if held else None
        if script is None or script.owner != owner:
            return lock if not held else replace(lock, rivals=beside)
        since = json_document.real(data.get("since"))
        elsewhere = json_document.text(data.get("elsewhere"))
        return replace(lock, since=since, script=script, rivals=beside, elsewhere=elsewhere)
    return Lock(
        name,
        target,
        owner,
        since=json_document.real(data.get("since")),
        reason=json_document.text(data.get("reason")),
        ttl=json_document.real(data.get("ttl")),
        generation=generation,
        holder=_holder(data),
        worktree=json_document.optional_text(data.get("worktree")),
        renewed=json_document.real(data.get("renewed")),
        rivals=beside,
        elsewhere=json_document.text(data.get("elsewhere")),
    )


def _script(found: Json) -> ScriptLock | None:
    """A file that another program made, as it is written beside a lock."""
    if not isinstance(found, dict):
        return None
    said = [found.get(each) for each in ("owner", "host", "root", "file")]
    owner, host, root, file = (each if isinstance(each, str) else "" for each in said)
    return ScriptLock(owner, host, root, file) if owner and host and root else None


def _script_json(script: ScriptLock) -> dict[str, Json]:
    return {
        "owner": script.owner,
        "host": script.host,
        "root": script.root,
        "file": script.file,
    }


def _fits(target: str, name: str) -> bool:
    try:
        return lock_name(check_target(target)) == name
    except UsageError:
        return False


def _holder(data: Mapping[str, Json]) -> Holder | None:
    pid = data.get("pid")
    if not isinstance(pid, int) or isinstance(pid, bool) or not 0 < pid < _MOST_PIDS:
        return None
    return Holder(
        json_document.text(data.get("host")),
        json_document.text(data.get("boot")),
        pid,
        json_document.text(data.get("start")),
    )


def sidecar_of(lock: Lock, *, held: bool) -> dict[str, Json]:
    """What is written beside a lock.

    Args:
        lock: The lock.
        held: Whether it is held; what is left of one that is free tells its generation.
    """
    holder = lock.holder
    further: dict[str, Json] = {} if lock.renewed is None else {"renewed": lock.renewed}
    if lock.script is not None:
        further["script"] = _script_json(lock.script)
    if lock.rivals and held:
        further["rivals"] = [_script_json(each) for each in lock.rivals]
    return {
        "schema": _SCHEMA,
        "target": None if lock.foreign else lock.target,
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
        **further,
    }
