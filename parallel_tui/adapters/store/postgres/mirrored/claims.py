"""Lock files that other programs make and delete on this machine, told to the server.

The file is the truth about a script's lock: it is claimed when it appears, and released when it is
gone. Where another session holds the lock already, the file stays and counts for nothing; that is
noted beside the lock, so that both sides are told.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from parallel_tui.adapters.store.files.contents import MIRRORED
from parallel_tui.adapters.store.files.documents.locks import SUFFIX, lock_of
from parallel_tui.adapters.store.files.mechanics.json_document import load
from parallel_tui.adapters.store.postgres.hosts import this_host
from parallel_tui.adapters.store.postgres.kinds.locks import locks_in
from parallel_tui.adapters.store.postgres.server.escaping import escaped, unescaped
from parallel_tui.model.sharing.lock import Lock, ScriptLock
from parallel_tui.model.text import strict_json
from parallel_tui.model.text.words import shown_host
from parallel_tui.record import dataclass, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from parallel_tui.adapters.store.files.store import FileStore
    from parallel_tui.adapters.store.postgres.kinds.rows import Rows
    from parallel_tui.adapters.store.postgres.transaction import RowTransaction
    from parallel_tui.model.text.strict_json import Json

CLASH: Final = "lock_clash"
"""Event that tells both sides of a script's lock file that counts for nothing."""

SENDER: Final = "pdev"


@dataclass(frozen=True, slots=True)
class Claims:
    """What the server has to be told of the lock files of this machine.

    Attributes:
        made: Files that other programs made and that the server does not know.
        beside: The same where somebody else holds the lock.
        gone: Locks whose file was deleted here.
        withdrawn: Locks beside which a file of this machine stood that is gone.
    """

    made: tuple[ScriptFile, ...] = ()
    beside: tuple[ScriptFile, ...] = ()
    gone: tuple[Lock, ...] = ()
    withdrawn: tuple[Lock, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """Names of the locks they are about."""
        files = (*self.made, *self.beside)
        return frozenset((*(each.name for each in files), *(each.name for each in self.gone)))

    def __bool__(self) -> bool:
        return bool(self.made or self.beside or self.gone or self.withdrawn)


@dataclass(frozen=True, slots=True)
class ScriptFile:
    """A lock file of another program.

    Attributes:
        name: The mutex.
        told: What it says, and where it is.
    """

    name: str
    told: ScriptLock


def from_here(local: FileStore, script: ScriptLock | None) -> bool:
    """Whether a script's lock is a file below this coordination root."""
    return script is not None and (script.host, script.root) == (this_host(), local.root.path)


def script_of(name: str, rows: Rows) -> ScriptLock | None:
    """The file that a lock on the server was made by."""
    row = rows.locks.get(name)
    if row is None or row.data is None:
        return None
    data = strict_json.parse(row.data)
    return lock_of(name, row.owner, data, "").script if isinstance(data, dict) else None


def of_files(local: FileStore, rows: Rows) -> Claims:
    """What the server has to be told, as the files are now.

    Args:
        local: Files of this machine.
        rows: What the server says.

    Raises:
        ParallelError: When they cannot be read.
    """
    there = (name for name in local.locks.folder.names() if name.endswith(SUFFIX))
    names = {name.removesuffix(SUFFIX) for name in there} | rows.locks.keys()
    meta = local.locks.meta
    return claims(local, rows, {name: load(meta, f"{name}.json").data for name in names})


def claims(local: FileStore, rows: Rows, known: Mapping[str, Mapping[str, Json]]) -> Claims:
    """Compare the lock files of this machine with what the server says.

    Args:
        local: Files of this machine.
        rows: What the server said.
        known: What is written beside each lock file, and beside locks whose file is gone.
    """
    held = {lock.name: lock for lock in locks_in(rows)}
    files = _files(local, known)
    made: list[ScriptFile] = []
    beside: list[ScriptFile] = []
    for name, told in files.items():
        lock = held.get(name)
        script = lock.script if lock is not None else None
        if lock is None or (script != told and _same_place(local, script)):
            made.append(ScriptFile(name, told))
        elif script != told and not lock.is_of(told.owner) and told not in lock.rivals:
            beside.append(ScriptFile(name, told))
    there = local.locks.folder.stamps([f"{name}{SUFFIX}" for name in held])
    gone = [
        lock
        for name, lock in held.items()
        if f"{name}{SUFFIX}" not in there
        and (from_here(local, lock.script) or _was_mirrored(lock, rows, known.get(name, {})))
    ]
    withdrawn = [
        lock
        for name, lock in held.items()
        if any(from_here(local, each) and files.get(name) != each for each in lock.rivals)
    ]
    return Claims(tuple(made), tuple(beside), tuple(gone), tuple(withdrawn))


def _files(local: FileStore, known: Mapping[str, Mapping[str, Json]]) -> dict[str, ScriptLock]:
    """Lock files that other programs made."""
    folder = local.locks.folder
    found: dict[str, ScriptLock] = {}
    for name, details in known.items():
        if details.get(MIRRORED) is True:
            continue
        stamp = folder.stamps([name + SUFFIX]).get(name + SUFFIX)
        lock = local.locks.read(name)
        if stamp is None or lock is None or not lock.foreign or lock.problem is not None:
            continue
        file = f"{stamp.inode}-{stamp.mtime}"
        found[name] = ScriptLock(lock.owner or "", this_host(), local.root.path, file)
    return found


def _same_place(local: FileStore, script: ScriptLock | None) -> bool:
    """Whether a lock is of a file here, or of one below a root of this machine that is gone."""
    if script is None or script.host != this_host():
        return False
    return script.root == local.root.path or not Path(script.root).exists()


def _was_mirrored(lock: Lock, rows: Rows, details: Mapping[str, Json]) -> bool:
    """Whether a lock of this machine had its file here, so that somebody has deleted it."""
    shown = (details.get(MIRRORED), details.get("generation"), details.get("owner"))
    return shown == (True, lock.generation, lock.owner) and (
        rows.locks[lock.name].proof.host == this_host()
    )


def settle(local: FileStore, tx: RowTransaction, found: Claims) -> None:
    """Tell the server within a transaction.

    Args:
        local: Files of this machine.
        tx: Under whose lock it was found.
        found: What to tell.
    """
    for gone in found.gone:
        tx.locks.remove(gone)
        told = {"target": gone.target, "owner": gone.owner, "generation": gone.generation}
        tx.journal.add("unlock", {**told, "reason": "its lock file was deleted"})
    released = _released(tx, found)
    for each in found.made:
        standing = tx.locks.get(each.name)
        if standing is not None:
            tx.locks.remove(standing)
        if released.get(each.name) == each.told:
            # Somebody released it for the script, and said why.
            drop_file(local, each)
            continue
        wish = Lock(each.name, "", each.told.owner, since=tx.now, foreign=True, script=each.told)
        made = tx.locks.grant(wish)
        if made is not None:
            tx.journal.add("lock", {"target": _target(local, each.name), "reason": "a script's"})
    noted: dict[str, Lock] = {}
    for held in found.withdrawn:
        stays = tuple(each for each in held.rivals if not from_here(local, each))
        noted[held.name] = replace(held, rivals=stays)
    for each in found.beside:
        lock = noted.get(each.name) or tx.locks.get(each.name)
        if lock is None:  # for the type checker: it is there, or the file would be claimed
            continue
        noted[each.name] = replace(lock, rivals=(*lock.rivals, each.told))
        about: dict[str, Json] = {"target": lock.target, "holder": lock.owner}
        about |= {"by": each.told.owner, "host": each.told.host}
        about["message"] = (
            f"A script of {each.told.owner} on {shown_host(each.told.host)} made a lock file for"
            f" {lock.target}, which does not count: {lock.whose} has that lock"
        )
        mark = f"clash-{each.told.file}-{lock.generation}"
        to = tuple(dict.fromkeys(filter(None, (each.told.owner, lock.owner))))
        tx.events.emit(CLASH, SENDER, about, to, mark=mark)
    tx.noted += noted.values()


def drop_file(local: FileStore, script: ScriptFile) -> None:
    """Delete a lock file whose lock was released by somebody else, while it is still that one."""
    name = script.name + SUFFIX
    with local.guard.held():
        stamp = local.locks.folder.stamps([name]).get(name)
        if stamp is not None and f"{stamp.inode}-{stamp.mtime}" == script.told.file:
            local.locks.folder.remove(name)


def _target(local: FileStore, name: str) -> str:
    lock = local.locks.read(name)
    return lock.target if lock is not None else name


def _released(tx: RowTransaction, found: Claims) -> dict[str, ScriptLock]:
    """Of files that are to be claimed, those that had the lock last."""
    names = [each.name for each in found.made if tx.locks.get(each.name) is None]
    left: dict[str, ScriptLock] = {}
    for name, data in tx.left_of([escaped(each) for each in names]) if names else ():
        details = strict_json.parse(str(data)) if data is not None else None
        owner = details.get("owner") if isinstance(details, dict) else None
        if isinstance(details, dict) and isinstance(owner, str):
            plain = unescaped(str(name))
            script = lock_of(plain, owner, {**details, "held": True}, "").script
            if script is not None:
                left[plain] = script
    return left
