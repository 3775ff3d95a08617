"""One process of the hammer: mixed operations on one store, each reported once it is finished.

Run as `python -m tests.adapters.store.hammer ROOT NAME COUNT SEED`. Every finished operation is one
line on standard output, so that what a killed process had finished is known exactly.
"""

from __future__ import annotations

import random
import sys

from parallel_tui.adapters.store.files.store import FileStore
from parallel_tui.model.sharing.coordination import Handoff, SessionRecord
from parallel_tui.model.sharing.granting import decide
from parallel_tui.model.sharing.lock import Liveness, Lock, LockState
from tests.support.waiting import PATIENCE

TARGETS = [f"src/file{number}.py" for number in range(6)]


def _state(lock: Lock) -> LockState:
    return lock.state(0.0, Liveness.UNKNOWN)


def main(root: str, name: str, count: int, seed: int) -> None:
    """Do `count` random operations as session `name`."""
    random.seed(seed)
    store = FileStore(root, timeout=PATIENCE)
    for number in range(count):
        line = _one(store, name, number)
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


def _one(store: FileStore, name: str, number: int) -> str:
    verb = random.choice(["lock", "unlock", "register", "handoff", "emit", "ack"])  # noqa: S311
    target = random.choice(TARGETS)  # noqa: S311
    with store.change(name) as tx:
        if verb == "lock":
            decision = decide([target], name, tx.locks.all(), judge=_state)
            for grant in decision.grants:
                lock = Lock(grant.name, grant.target, name, since=0.0)
                if grant.renews:
                    tx.locks.renew(lock)
                elif tx.locks.grant(lock) is None:
                    return f"double {target}"
            done = f"locked {target}" if decision.grants else f"held {target}"
        elif verb == "unlock":
            for lock in tx.locks.all():
                if lock.owner == name and lock.target == target:
                    tx.locks.remove(lock)
            done = f"unlocked {target}"
        elif verb == "emit":
            done = f"emitted {tx.events.emit('note', name, None)}"
        elif verb == "ack":
            events = tx.events.all()
            if not events:
                return "nothing"
            chosen = random.choice(events).id  # noqa: S311
            tx.events.acknowledge(chosen, name)
            done = f"acked {chosen}"
        elif verb == "register":
            tx.sessions.put(SessionRecord(name, "active", last_update=number))
            done = f"registered {number}"
        else:
            handoff = f"h{name}-{number}"
            tx.handoffs.put(Handoff(handoff, name, "x", f"{name}-{number}", timestamp=number))
            done = f"handed {name}-{number}"
    return done


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
