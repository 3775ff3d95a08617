"""A worktree that git has begun to write and does not finish yet."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.waiting import eventually
from tests.support.world import World


@contextmanager
def half_made(world: World, name: str) -> Iterator[tuple[Path, Callable[[], None]]]:
    """Have `git worktree add` stand still while it writes the files.

    Args:
        world: The repository; gets one file more.
        name: Of the directory and of the branch.

    Yields:
        The directory, and what lets git go on and waits for its end.
    """
    gate = world.root / f"{name}.gate"
    os.mkfifo(gate)
    world.git("config", "filter.gate.smudge", f"cat '{gate}' >&2; cat")
    world.commit(".gitattributes", "*.gated filter=gate\n")
    world.commit(f"{name}.gated", "x\n")
    path = world.root / name
    adding = subprocess.Popen(
        ["git", "worktree", "add", "-q", "-b", name, str(path)],
        cwd=world.repo,
        env=dict(world.env),
        stderr=subprocess.DEVNULL,
    )

    def finish() -> None:
        if adding.poll() is None:
            gate.write_bytes(b"")
            assert adding.wait() == 0

    try:
        eventually((path / "README.md").exists)
        yield path, finish
    finally:
        finish()
