"""Locks as JSON, apart from the rest of the schema: hooks ask for them before every edit. Pure."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from parallel_tui.model.sharing.granting import Blocker
    from parallel_tui.model.sharing.lock import Lock, LockState, ScriptLock

    Json: TypeAlias = dict[str, object]


def put(target: Json, key: str, value: object, reason: str = "nothing there") -> None:
    """Set a key, and the reason beside it when there is no value."""
    target[key] = value
    if value is None:
        target[f"{key}_reason"] = reason


def lock_json(lock: Lock, state: LockState) -> Json:
    """One lock, with what may be done about it."""
    made: Json = {"target": lock.target, "name": lock.name}
    put(made, "owner", lock.owner, "not known")
    elsewhere = "a session of this machine, as far as is known"
    put(made, "elsewhere", lock.elsewhere or None, elsewhere)
    made["state"] = state.value
    put(made, "since", lock.since, "not known")
    made["reason"] = lock.reason
    put(made, "ttl", lock.ttl, "it was taken without a time")
    made["generation"] = lock.generation
    made["foreign"] = lock.foreign
    script = lock.script
    put(made, "script", script and _script_json(script), "no script's lock file on a server")
    made["rivals"] = [_script_json(each) for each in lock.rivals]
    put(made, "problem", lock.problem, "it can be read")
    return made


def _script_json(script: ScriptLock) -> Json:
    return {"owner": script.owner, "host": script.host, "folder": script.root}


def blocker_json(blocker: Blocker) -> Json:
    """What stands in the way of a path that was asked for, with the lock it is."""
    return {
        "target": blocker.target,
        "witness": blocker.witness,
        "name_shared": blocker.name_shared,
        "lock": lock_json(blocker.lock, blocker.state),
    }
