"""How long an edit takes to be a predicted conflict on another machine.

    python -m tests.benchmarks.hosts_edits [EDITS]

Two clones with a store on a real server, `pdev host run` in the one that edits, a live view in the
other. Each edit moves between a conflict and none; a burst edits the same file five times within
two seconds, the last of which decides.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from parallel_tui.bootstrap import Overrides, open_core
from parallel_tui.bootstrap.store import serving
from parallel_tui.model.hosts.shared import ShareMode
from parallel_tui.model.overlap.verdict import Level
from tests.hosts.server import demand
from tests.hosts.test_shared_work import level, living
from tests.support.isolation import environment
from tests.support.waiting import eventually
from tests.support.world import World

LONGEST = 3.0
"""Seconds within which nineteen of twenty have to be there, on a machine with nothing else."""


def main(edits: int) -> None:
    """Measure single edits, then bursts, and print both."""
    root = Path(tempfile.mkdtemp(prefix="pdev-latency-"))
    env = environment(root, root)
    os.environ.update(env)
    red = World(root / "red", env).init(files={"app.py": "".join(f"{n}\n" for n in range(40))})
    red.git("init", "-q", "--bare", "-b", "main", str(root / "hub.git"), cwd=root)
    red.git("remote", "add", "origin", str(root / "hub.git"))
    red.git("push", "-q", "origin", "main")
    green = World(root / "green", env)
    green.root.mkdir()
    red.git("clone", "-q", str(root / "hub.git"), str(green.repo), cwd=root)
    theirs = red.worktree("auth", "auth") / "app.py"
    mine = green.worktree("api", "api") / "app.py"
    os.environ["PDEV_STORE"] = demand().make(f"latency-{os.getpid()}")
    for world, name in ((red, "red"), (green, "green")):
        core = open_core(Overrides(str(world.repo)))
        if name == "red":
            serving.server(core).init()
        core.hosts.service.share(ShareMode.WORK, name=name)
    text = theirs.read_text()
    mine.write_text(text.replace("\n20\n", "\nmine\n"))
    with (root / "log").open("wb") as log:
        running = subprocess.Popen(
            [sys.executable, "-m", "parallel_tui.cli.main", "-C", str(red.repo), "host", "run"],
            stdout=log,
            stderr=log,
        )
    try:
        with living(green) as here:
            for what, times in (("single edits", 1), ("bursts of five edits", 5)):
                eventually(lambda: level(here, "api", "auth@red") is not None, what="a verdict")
                took = sorted(_one(here, theirs, text, number, times) for number in range(edits))
                p50, p95 = took[len(took) // 2], took[int(len(took) * 0.95)]
                sys.stdout.write(
                    f"{what}: {edits}, p50 {p50:.2f} s, p95 {p95:.2f} s, max {took[-1]:.2f} s\n"
                )
    finally:
        running.terminate()
        running.wait()


def _one(here: object, theirs: Path, text: str, number: int, times: int) -> float:
    wanted = Level.CONFLICT if number % 2 == 0 else Level.SAME_FILE
    for turn in range(times):
        line = "\n20\n" if wanted is Level.CONFLICT and turn == times - 1 else "\n35\n"
        if turn:
            time.sleep(0.4)
        theirs.write_text(text.replace(line, f"\ntheirs {number} {turn}\n"))
    began = time.monotonic()
    eventually(lambda: level(here, "api", "auth@red") is wanted)  # type: ignore[arg-type]
    return time.monotonic() - began


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
