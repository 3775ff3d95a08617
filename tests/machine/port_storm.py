"""Sessions that start and end at random while whoever starts them is killed: are ports unique?

`python -m tests.machine.port_storm COUNT` makes so many starts and ends with several processes at
once, kills them with SIGKILL at random moments, and looks after each kill, and at the end, that no
port, compose project or database is two sessions', and that each session's file says what it has.
"""

from __future__ import annotations

import os
import random
import select
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from parallel_tui.adapters.disk import carry, git_exclude
from parallel_tui.adapters.machine.ledger import LedgerFile
from parallel_tui.errors import RefusedError
from parallel_tui.model.machine.ports import PortRange, env_text
from parallel_tui.model.session.repository import Repository
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.services.machine.ports import SessionPorts

WORKERS = 4
RANGES = {"web": PortRange(21_000, 21_039), "api": PortRange(22_000, 22_059)}


def service(root: Path) -> SessionPorts:
    """The real service on real files; nothing of it asks git."""
    common = root / "app/.git"
    repository = Repository("app", str(common), str(root / "app"), False, str(root / "app/.claude"))
    git = cast(Any, SimpleNamespace(repository=repository))
    disk = cast(Any, None)
    return SessionPorts(LedgerFile(str(root / "state")), RANGES, git, disk, carry, git_exclude)


def tree_of(root: Path, name: str) -> Worktree:
    """The worktree of a session."""
    git_dir = root / "app/.git/worktrees" / name
    return Worktree(path=str(root / name), git_dir=str(git_dir), head="0" * 40, branch=name)


def work(root: Path, own: int, seed: int, counted: int) -> None:
    """Start and end sessions of one's own for ever; each start and each end writes a byte."""
    dice, ports = random.Random(seed), service(root)  # noqa: S311
    while True:
        name = f"s{own}-{dice.randrange(9)}"
        tree = tree_of(root, name)
        if dice.random() < 0.5:
            shutil.rmtree(tree.path, ignore_errors=True)
            shutil.rmtree(tree.git_dir, ignore_errors=True)
        else:
            Path(tree.path).mkdir(exist_ok=True)
            Path(tree.git_dir).mkdir(parents=True, exist_ok=True)
            with suppress(RefusedError):  # none are left
                ports.give(name, tree)
        os.write(counted, b".")


def doubles(root: Path) -> list[str]:
    """What two living sessions have both, by what is written down and by what they were told."""
    found = service(root).all()
    given = Counter(number for each in found for number in each.numbers)
    named = Counter(name for each in found for name in (each.compose, each.database))
    told = Counter(
        line
        for file in root.glob("s*/.env.pdev")
        for line in file.read_text().splitlines()
        if not line.startswith("#")
    )
    return [
        str(each) for each, count in (*given.items(), *named.items(), *told.items()) if count > 1
    ]


def begin(root: Path, own: int, seed: int, counted: int) -> int:
    """A worker as a process of its own."""
    pid = os.fork()
    if pid == 0:
        try:
            work(root, own, seed, counted)
        finally:
            os._exit(1)
    return pid


def storm(count: int, seed: int = 0) -> tuple[int, int, list[str]]:
    """Make so many starts and ends.

    Returns:
        How many were made, how many workers were killed, and what was wrong.
    """
    dice = random.Random(seed)  # noqa: S311 - to be repeated
    root = Path(tempfile.mkdtemp(prefix="ports-"))
    reads, writes = os.pipe()
    wrong: list[str] = []
    made = killed = 0
    workers: list[int] = []
    try:
        (root / "app/.git/worktrees").mkdir(parents=True)
        (root / "app/.git/info").mkdir()
        workers = [begin(root, own, dice.randrange(1 << 30), writes) for own in range(WORKERS)]
        while made < count and not wrong:
            made += len(os.read(reads, dice.randrange(1, 60)))
            select.select([], [], [], dice.random() * 0.01)  # anywhere in what they do
            own = dice.randrange(WORKERS)
            os.kill(workers[own], signal.SIGKILL)
            os.waitpid(workers[own], 0)
            killed += 1
            for pid in workers[:own] + workers[own + 1 :]:  # all that is seen is of one moment
                os.kill(pid, signal.SIGSTOP)
                os.waitpid(pid, os.WUNTRACED)
            wrong = doubles(root)
            for pid in workers[:own] + workers[own + 1 :]:
                os.kill(pid, signal.SIGCONT)
            workers[own] = begin(root, own, dice.randrange(1 << 30), writes)
    finally:
        for pid in workers:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    wrong += doubles(root)
    ports = service(root)
    for each in ports.all():  # what was cut off is made good by whoever asks next
        tree = tree_of(root, each.session)
        Path(tree.path).mkdir(exist_ok=True)
        given = ports.give(each.session, tree)
        if given.new or given.grant.ports != each.ports:
            wrong.append(f"{each.session} has other ports now")
        told = Path(tree.path, ".env.pdev")
        if not given.warnings and told.read_text() != env_text(each):
            wrong.append(f"the file of {each.session} says something else")
    os.close(reads)
    os.close(writes)
    shutil.rmtree(root)
    return made, killed, wrong


if __name__ == "__main__":
    began = time.monotonic()
    starts, kills, faults = storm(int(sys.argv[1]))
    took = f"{starts} starts and ends, {kills} kills, {time.monotonic() - began:.0f} s"
    sys.stdout.write(f"{took}: {'; '.join(faults) or 'nothing was given twice'}\n")
    raise SystemExit(bool(faults))
