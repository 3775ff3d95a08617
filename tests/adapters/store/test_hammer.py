"""Many processes on one store while some are killed: nothing finished is lost, nothing is torn."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

from parallel_tui.adapters.store.store import Store
from tests.adapters.store.hammer import TARGETS

PROCESSES = 8
OPERATIONS = 40
ROOT = Path(__file__).parents[3]


def start(root: Path, name: str, seed: int) -> subprocess.Popen[str]:
    arguments = (str(root), name, str(OPERATIONS), str(seed))
    return subprocess.Popen(
        [sys.executable, "-m", "tests.adapters.store.hammer", *arguments],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=dict(os.environ),
    )


def test_nothing_finished_is_lost_and_nobody_gets_anothers_lock(tmp_path: Path) -> None:
    root = tmp_path / ".claude"
    chance = random.Random(7)  # noqa: S311
    running = {f"s{number}": start(root, f"s{number}", number) for number in range(PROCESSES)}
    killed = chance.sample(sorted(running), 3)
    output: dict[str, list[str]] = {}
    for name in killed:
        stream = running[name].stdout
        assert stream is not None
        first = [stream.readline().strip() for _ in range(chance.randint(1, OPERATIONS // 2))]
        running[name].send_signal(signal.SIGKILL)
        output[name] = [line for line in first if line]
    for name, process in running.items():
        rest, _ = process.communicate(timeout=100)
        # A line cut short by the kill is an operation whose end nobody was told of.
        whole = rest.splitlines() if rest.endswith("\n") or not rest else rest.splitlines()[:-1]
        output.setdefault(name, []).extend(whole)
        assert name in killed or process.returncode == 0

    store = Store(str(root), timeout=5)
    seen = store.read(events=None)
    assert seen.problems == ()
    lines = [(name, line) for name, done in output.items() for line in done]
    assert not [line for _, line in lines if line.startswith("double")]

    tasks = [handoff.task for handoff in seen.handoffs]
    assert len(tasks) == len(set(tasks))
    assert {line.split()[1] for _, line in lines if line.startswith("handed")} <= set(tasks)
    events = {event.id: event for event in seen.events}
    assert {line.split()[1] for _, line in lines if line.startswith("emitted")} <= set(events)
    for name, line in lines:
        if line.startswith("acked"):
            assert name in events[line.split()[1]].acknowledged
    assert {name for name, line in lines if line.startswith("registered")} <= {
        record.name for record in seen.sessions
    }
    for target in TARGETS:
        held = [lock for lock in seen.locks if lock.target == target]
        assert len(held) <= 1
    with store.transaction():
        json.loads((root / "parallel-state.json").read_bytes())
