"""One process of the hammer: mixed operations on one store, each reported once it is finished.

Run as `python -m tests.adapters.store.hammer ROOT NAME COUNT SEED`. Every finished operation is one
line on standard output, so that what a killed process had finished is known exactly.
"""

from __future__ import annotations

import random
import sys

from parallel_tui.adapters.store.files.documents import Json
from parallel_tui.adapters.store.files.store import Store
from parallel_tui.model.sharing.lock import Liveness, Lock, LockState, decide
from tests.support.waiting import PATIENCE

TARGETS = [f"src/file{number}.py" for number in range(6)]


def _state(lock: Lock) -> LockState:
    return lock.state(0.0, Liveness.UNKNOWN)


def main(root: str, name: str, count: int, seed: int) -> None:
    """Do `count` random operations as session `name`."""
    random.seed(seed)
    store = Store(root, timeout=PATIENCE)
    for number in range(count):
        line = _one(store, name, number)
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


def _one(store: Store, name: str, number: int) -> str:
    verb = random.choice(["lock", "unlock", "register", "handoff", "emit", "ack"])  # noqa: S311
    target = random.choice(TARGETS)  # noqa: S311
    with store.transaction():
        if verb == "lock":
            decision = decide([target], name, store.locks.all(), judge=_state)
            for grant in decision.grants:
                generation = store.locks.generation(grant.name) + (not grant.renews)
                lock = Lock(grant.name, grant.target, name, since=0.0, generation=generation)
                if not grant.renews and not store.locks.create(lock):
                    return f"double {target}"
            return f"locked {target}" if decision.grants else f"held {target}"
        if verb == "unlock":
            for lock in store.locks.all():
                if lock.owner == name and lock.target == target:
                    store.locks.remove(lock)
            return f"unlocked {target}"
        if verb == "emit":
            return f"emitted {store.events.emit('note', name, None, (), number)}"
        if verb == "ack":
            ids = store.events.ids()
            if not ids:
                return "nothing"
            chosen = random.choice(ids)  # noqa: S311
            store.events.acknowledge(chosen, name)
            return f"acked {chosen}"
        data = store.state.for_change()
        if verb == "register":
            sessions = data["sessions"]
            assert isinstance(sessions, dict)
            record: Json = {"name": name, "status": "active", "last_update": number}
            sessions[name] = record
            store.state.save(data)
            return f"registered {number}"
        pending = data["pending_handoffs"]
        assert isinstance(pending, list)
        pending.append({"from": name, "to": "x", "task": f"{name}-{number}", "timestamp": number})
        store.state.save(data)
        return f"handed {name}-{number}"


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
