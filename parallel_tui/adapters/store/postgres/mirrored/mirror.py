"""Locks on the server as files of this machine, so that hooks and the guide's scripts see them.

Only what was mirrored is ever changed here: a lock file that somebody else made stays, until its
lock is released by somebody else.
"""

from __future__ import annotations

import time
from typing import Final

from parallel_tui.adapters.store.files.contents import CENTRAL, MIRRORED
from parallel_tui.adapters.store.files.documents.locks import SUFFIX, lock_of, sidecar_of
from parallel_tui.adapters.store.files.mechanics import json_document
from parallel_tui.adapters.store.files.mechanics.change import SharedChange
from parallel_tui.adapters.store.files.store import FileStore
from parallel_tui.adapters.store.postgres.hosts import elsewhere, this_host
from parallel_tui.adapters.store.postgres.kinds.rows import Rows
from parallel_tui.adapters.store.postgres.mirrored.claims import claims, from_here, script_of
from parallel_tui.model.text import strict_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from parallel_tui.model.sharing.lock import Lock
    from parallel_tui.model.text.strict_json import Json

_STOOD: Final = "mirror.json"
"""File that says of which revision the mirrored files are."""

_COUNTS: Final = 120.0
"""Seconds for which that keeps an older one away: a server that was set up anew counts from one."""

RENEWED: Final = "renewed"
"""What a hook writes into the details of a lock when its session still works."""


def mirror(local: FileStore, rows: Rows, edits: Mapping[str, Lock | None]) -> bool:
    """Make the mirrored lock files say what the server says.

    Args:
        local: Files of this machine.
        rows: What the server said.
        edits: Locks by name that were changed since; `None` for released ones.

    Returns:
        Whether the server has to be told of lock files that others made or deleted here.

    Raises:
        ParallelError: When a file cannot be read or written; the rest is then as it was.
    """
    wanted = {name: _details(row.data, row.proof.host) for name, row in rows.locks.items()}
    for name, lock in edits.items():
        wanted[name] = None if lock is None else {**sidecar_of(lock, held=True), MIRRORED: True}
    wanted = {name: _by_own_clock(each, rows.ahead) for name, each in wanted.items()}
    revision = rows.revision + bool(edits)
    with local.guard.held(), SharedChange(local.root) as change:
        if _is_older(local, revision):
            return False  # another process knows more, and has written it
        folder, meta = local.locks.folder, local.locks.meta
        there = {name.removesuffix(SUFFIX) for name in folder.names() if name.endswith(SUFFIX)}
        known = {
            name: json_document.load(meta, f"{name}.json").data for name in there | wanted.keys()
        }
        found = claims(local, rows, known)
        changed = False
        for name in sorted(known):
            details, stands = wanted.get(name), known[name]
            if name in there and stands.get(MIRRORED) is not True:
                before = script_of(name, rows)
                if name in edits and edits[name] is None and from_here(local, before):
                    change.remove(folder, name + SUFFIX)  # released, and not by the script
                    changed = True
                if not _is_its_owners(local, name, details):
                    _tell_hooks(change, local, name, details)
                    continue
            elif name not in edits and name in found.names:
                continue  # the server is told first that it was deleted
            if details is None:
                if name in there:
                    change.remove(folder, name + SUFFIX)
                    change.remove(meta, f"{name}.json")
                    changed = True
                continue
            if name not in there or stands.get("owner") != details.get("owner"):
                content = f"{details.get('owner')}\n".encode("utf-8", "surrogateescape")
                change.put(folder, name + SUFFIX, content)
                changed = True
            if _is_news(stands, details):
                change.put(meta, f"{name}.json", json_document.dump(details))
                changed = True
        if changed:
            stood = strict_json.compact({"revision": revision, "at": time.time()})
            change.put(local.own, _STOOD, stood.encode("ascii"))
    return bool(found)


def _tell_hooks(
    change: SharedChange,
    local: FileStore,
    name: str,
    details: Mapping[str, Json] | None,
) -> None:
    """Say beside another program's lock file who has the lock, where that file counts for nothing.

    Hooks believe it instead of the file. The rest of what stands there is as it was.
    """
    found = json_document.load(local.locks.meta, f"{name}.json")
    if found.problem is not None:
        return
    stands = dict(found.data)
    before = stands.pop(CENTRAL, None)
    central: dict[str, Json] | None = None
    if details is not None:
        owner = json_document.text(details.get("owner"))
        if not from_here(local, lock_of(name, owner, details, "").script):
            central = {**details}
    if central is not None:
        stands[CENTRAL] = central
    if central == before:
        return
    if stands:
        change.put(local.locks.meta, f"{name}.json", json_document.dump(stands))
    else:
        change.remove(local.locks.meta, f"{name}.json")


def _is_older(local: FileStore, revision: int) -> bool:
    """Whether the files say more than a revision does: who read it was slower than others.

    Taking back what they wrote would hide locks from hooks, and look like a script's deletion.
    """
    stood = json_document.load(local.own, _STOOD).data
    at = json_document.real(stood.get("at"))
    recent = at is not None and abs(time.time() - at) < _COUNTS
    return recent and json_document.number(stood.get("revision")) > revision


def _is_its_owners(local: FileStore, name: str, details: Mapping[str, Json] | None) -> bool:
    """Whether a lock file without details is of the session that holds the lock anyway."""
    if details is None or details.get("script") is not None or details.get("elsewhere"):
        return False
    lock = local.locks.read(name)
    return lock is not None and lock.foreign and lock.owner == details.get("owner")


def renewed_here(local: FileStore, name: str, generation: object) -> float | None:
    """When a hook of this machine saw the owner of a lock at work; `None` where none did."""
    known = json_document.load(local.locks.meta, f"{name}.json").data
    if known.get(MIRRORED) is not True or known.get("generation") != generation:
        return None
    return json_document.real(known.get(RENEWED))


def _details(data: str | None, host: str) -> dict[str, Json] | None:
    """What is written beside a lock; `None` for one that another program made elsewhere."""
    found = strict_json.parse(data) if data is not None else None
    if not isinstance(found, dict) or found.get("held") is not True:
        return None
    if host != this_host():
        # Its process and its directory are another machine's, and prove nothing on this one.
        found = {**found, "host": host, "worktree": None, "elsewhere": elsewhere(host)}
    return {**found, MIRRORED: True}


def _by_own_clock(details: dict[str, Json] | None, ahead: float) -> dict[str, Json] | None:
    """The times of a lock by the clock of this machine, by which hooks judge them."""
    if details is None or not ahead:
        return details
    times = ((name, json_document.real(details.get(name))) for name in ("since", RENEWED))
    return {**details, **{name: at - ahead for name, at in times if at is not None}}


def _is_news(known: Mapping[str, Json], details: Mapping[str, Json]) -> bool:
    """Whether the server says more than the file; a hook's own word is newer than the server's."""
    if _without_renewal(known) != _without_renewal(details):
        return True
    told, here = json_document.real(details.get(RENEWED)), json_document.real(known.get(RENEWED))
    return told is not None and told > (here or 0.0)


def _without_renewal(details: Mapping[str, Json]) -> dict[str, Json]:
    return {key: each for key, each in details.items() if key != RENEWED}
