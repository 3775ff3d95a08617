"""Many hammering processes, some of them killed, and what all of them had finished."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

from parallel_tui.adapters.store.files.store import FileStore
from tests.adapters.store.hammer import TARGETS
from tests.support.waiting import PATIENCE, eventually

ROOT = Path(__file__).parents[3]


@dataclass
class Member:
    """One process, and the lines it got out.

    Attributes:
        name: Its session.
        process: It.
        lines: Whole lines only: a line cut short is an operation nobody was told the end of.
    """

    name: str
    process: subprocess.Popen[bytes]
    lines: list[str] = field(default_factory=list)

    def listen(self) -> None:
        """Collect what it prints until its end."""
        assert self.process.stdout is not None
        for raw in self.process.stdout:
            if raw.endswith(b"\n"):
                self.lines.append(raw.decode().strip())


@dataclass
class Crowd:
    """Processes that hammer one store.

    Attributes:
        root: The coordination root.
        size: How many at once.
        operations: How many each does if it lives.
        killed: How many were killed.
    """

    root: Path
    size: int
    operations: int
    killed: int = 0
    members: list[Member] = field(default_factory=list)

    def run(self, kill_every: int) -> None:
        """Let them work; kill a random one every so many operations and put another in its place.

        Ends when as many operations are done as the first ones would have done in peace. Killed by
        work and not by time: on a slow machine nobody would live long enough to do any.
        """
        chance = random.Random(7)  # noqa: S311
        threads = [self._join() for _ in range(self.size)]
        for done in range(kill_every, self.size * self.operations, kill_every):
            eventually(
                lambda done=done: self._done() >= done or not self._alive(),  # type: ignore[misc]
                what=f"{done} operations",
            )
            alive = self._alive()
            if not alive:
                break
            victim = chance.choice(alive)
            victim.process.send_signal(signal.SIGKILL)
            self.killed += 1
            threads.append(self._join())
        for member in self.members:
            if member.process.poll() is None:
                member.process.send_signal(signal.SIGKILL)
        for thread in threads:
            thread.join(PATIENCE)
        for member in self.members:
            member.process.wait(PATIENCE)

    def _done(self) -> int:
        return sum(len(member.lines) for member in self.members)

    def _alive(self) -> list[Member]:
        return [each for each in self.members if each.process.poll() is None]

    def _join(self) -> threading.Thread:
        number = len(self.members)
        arguments = (str(self.root), f"s{number}", str(self.operations), str(number))
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.adapters.store.hammer", *arguments],
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env=dict(os.environ),
        )
        member = Member(f"s{number}", process)
        self.members.append(member)
        thread = threading.Thread(target=member.listen)
        thread.start()
        return thread

    def check(self) -> None:
        """Nothing finished is lost, nothing is torn, nobody got another's lock, the guard is free.

        Raises:
            AssertionError: Otherwise.
        """
        store = FileStore(str(self.root), timeout=PATIENCE)
        seen = store.read(events=None)
        assert seen.problems == ()
        done = [(member.name, line) for member in self.members for line in member.lines]
        assert not [line for _, line in done if line.startswith("double")]
        tasks = [handoff.task for handoff in seen.handoffs]
        assert len(tasks) == len(set(tasks))
        assert {line.split()[1] for _, line in done if line.startswith("handed")} <= set(tasks)
        events = {event.id: event for event in seen.events}
        assert {line.split()[1] for _, line in done if line.startswith("emitted")} <= set(events)
        for name, line in done:
            if line.startswith("acked"):
                assert name in events[line.split()[1]].acknowledged
        registered = {name for name, line in done if line.startswith("registered")}
        assert registered <= {record.name for record in seen.sessions}
        for target in TARGETS:
            assert len([lock for lock in seen.locks if lock.target == target]) <= 1
        with store.change("crowd"):
            assert store.state.load().problem is None
