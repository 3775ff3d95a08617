"""Measures the live view alone, without a screen: change → publish, and what idling costs.

    python -m tests.benchmarks.engine_latency --worktrees 20 --files 3000 --seconds 60

A latency counts from just before the change is made by a system call, or from the end of the
command that made it, to the call of the publisher.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from parallel_tui.engine.engine import Engine
from parallel_tui.model.settings.consent import PLAIN_SHELL
from parallel_tui.ports.mux import Mux
from tests.benchmarks.harness import refresh
from tests.benchmarks.report import Report, Section
from tests.support.big_repo import big_repo, git, path_of
from tests.support.isolation import environment
from tests.support.world import World


def _engine_cpu(child: int | None) -> float:
    """CPU seconds of this process, its finished children, and the watching child."""
    own = os.times()
    total = own.user + own.system + own.children_user + own.children_system
    return total if child is None else total + _cpu_of(child)


class Probe:
    """Remembers when each snapshot was published."""

    def __init__(self) -> None:
        self.seen = threading.Condition()
        self.snapshot: object = None
        self.count = 0

    def __call__(self, snapshot: object) -> None:
        with self.seen:
            self.snapshot = snapshot
            self.count += 1
            self.seen.notify_all()

    def until(self, wanted: Callable[..., bool], began: float) -> float:
        """Milliseconds from `began` until a snapshot is as wanted."""
        with self.seen:
            if not self.seen.wait_for(lambda: wanted(self.snapshot), 20):
                raise RuntimeError("never published")
        return (time.perf_counter() - began) * 1000


WINDOW_BUDGET = 150
"""Milliseconds, at the 95th percentile."""


def _cpu_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def _started() -> Iterator[list[str]]:
    """Names of the programs that are started meanwhile."""
    found: list[str] = []
    start = subprocess.Popen.__init__

    def counted(self: object, args: Sequence[str], *rest: object, **options: object) -> None:
        found.append(args[0])
        start(self, args, *rest, **options)  # type: ignore[call-overload]

    subprocess.Popen.__init__ = counted  # type: ignore[assignment, method-assign]
    try:
        yield found
    finally:
        subprocess.Popen.__init__ = start  # type: ignore[method-assign]


def _idle(
    report: Report,
    section: Section,
    what: str,
    seconds: float,
    world: World,
    probe: Probe,
    child: int | None,
) -> None:
    """Watch it for a while and tell what that cost."""
    tmux = int(world.tmux("display-message", "-p", "#{pid}"))
    published, spent, server = probe.count, _engine_cpu(child), _cpu_of(tmux)
    with _started() as programs:
        time.sleep(seconds)
    minute = 60 / seconds
    ours, theirs = _engine_cpu(child) - spent, _cpu_of(tmux) - server
    note = f"{len(programs)} programs, {probe.count - published} snapshots"
    report.value(section, f"live view alone, {what}", ours * minute, "s", note=note)
    report.value(section, f"tmux's own server, {what}", theirs * minute, "s")


def _window(
    turn: int,
    world: World,
    engine: Engine,
    probe: Probe,
    home: Path,
    times: dict[str, list[float]],
) -> None:
    """Open, rename and close a window by hand, in the user's session and in another one."""

    def pause() -> None:
        time.sleep(0.5 + turn % 7 * 0.13)

    number = len(probe.snapshot.windows)  # type: ignore[attr-defined]
    pause()
    session = "work" if turn % 2 else f"other{turn}"
    window = world.window("measured", home, "exec sh", session=session)
    began = time.perf_counter()
    times["opened"].append(probe.until(lambda s: len(s.windows) != number, began))
    pause()
    named = f"named{turn}"
    world.tmux("rename-window", "-t", window, named)
    began = time.perf_counter()
    times["renamed"].append(probe.until(lambda s: named in {w.name for w in s.windows}, began))
    pause()
    world.tmux("kill-window", "-t", window)
    began = time.perf_counter()
    times["closed"].append(probe.until(lambda s: len(s.windows) == number, began))
    engine.wait_seen(30)


def measure(report: Report, worktrees: int, files: int, *, repeat: int, seconds: float) -> None:
    """Run everything on one size of repository."""
    options = argparse.Namespace(
        worktrees=worktrees, files=files, repeat=repeat, seconds=seconds, report=report
    )
    report.size = f"{worktrees} × {files}"
    folder = Path(tempfile.mkdtemp(prefix="pdb-"))
    for name in ("home", "tmux"):
        (folder / name).mkdir()
    env = environment(folder / "home", folder / "tmux")
    os.environ.clear()
    os.environ.update(env)
    world = World(folder / "world", env)
    try:
        _measure(options, world)
    finally:
        world.close()
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worktrees", type=int, default=20)
    parser.add_argument("--files", type=int, default=3000)
    parser.add_argument("--repeat", type=int, default=15)
    parser.add_argument("--seconds", type=float, default=60)
    measure(Report(), **vars(parser.parse_args()))


def _measure(options: argparse.Namespace, world: World) -> None:
    from parallel_tui.adapters.git.read.reader import GitCommands
    from parallel_tui.adapters.git.repo.discover import discover
    from parallel_tui.adapters.git.run.runner import Runner
    from parallel_tui.adapters.process.table import ProcessTable
    from parallel_tui.adapters.store.files.store import FileStore
    from parallel_tui.adapters.tmux.server import Tmux
    from parallel_tui.model.session.git_status import WorkStatus
    from parallel_tui.model.session.repository import Divergence
    from parallel_tui.model.settings.config import Config

    repo = big_repo(options.worktrees, options.files)
    homes = [repo.parent / f"big-s{n:02d}" for n in range(1, options.worktrees + 1)]
    refresh([repo, *homes], os.environ)
    for number, home in enumerate(homes):
        world.window(f"w{number}", home, "exec sh")
    found = discover(str(repo))
    mux = Tmux(found, socket="world", session=None)
    engine, probe = (
        Engine(
            git=GitCommands(Runner(found)),
            mux=mux,
            processes=ProcessTable(),
            files=FileStore(found.coordination_root),
            config=Config(),
            clock=time.time,
        ),
        Probe(),
    )

    def modified(home: Path) -> Callable[..., int]:
        def count(snapshot: object) -> int:
            for session in snapshot.sessions:  # type: ignore[attr-defined]
                if session.worktree and session.worktree.path == str(home):
                    status = session.status
                    return status.modified + status.untracked if _is(status) else -1
            return -1

        return count

    def _is(status: object) -> bool:
        return isinstance(status, WorkStatus)

    began = time.perf_counter()
    engine.start(probe)
    rows = probe.until(lambda s: s is not None and len(s.sessions) > options.worktrees, began)
    full = probe.until(lambda s: all(_is(x.status) for x in s.sessions if x.worktree), began)
    trees = probe.until(lambda s: s.watch.value != "starting", began)
    for what, ms in (("rows", rows), ("all statuses", full), ("edits watched", trees)):
        options.report.value(Section.START, f"live view alone, {what}", ms)
    engine.wait_seen(120)
    time.sleep(12)

    quiet = "CPU a minute at rest"
    _idle(options.report, Section.IDLE, quiet, options.seconds, world, probe, engine._trees.pid)

    edits, creates, commits, locks = [], [], [], []
    shared = Path(found.coordination_root) / "locks"
    shared.mkdir(parents=True, exist_ok=True)
    engine.wait_seen(30)
    windows: dict[str, list[float]] = {"opened": [], "renamed": [], "closed": []}
    for turn in range(options.repeat):
        home = homes[turn % len(homes)]
        count = modified(home)
        path = home / path_of((turn * 31 + 7) % options.files)
        before, text = count(probe.snapshot), path.read_text()
        time.sleep(0.5 + turn % 5 * 0.03)
        began = time.perf_counter()
        path.write_text(text + "# measured\n")
        edits.append(probe.until(lambda s, n=before, c=count: c(s) != n, began))
        path.write_text(text)
        engine.wait_seen(30)

        before = count(probe.snapshot)
        time.sleep(0.5)
        began = time.perf_counter()
        (home / "measured.new").write_text("x")
        creates.append(probe.until(lambda s, n=before, c=count: c(s) != n, began))
        (home / "measured.new").unlink()
        engine.wait_seen(30)

        def ahead(snapshot: object, home: Path = home) -> Divergence | None:
            for session in snapshot.sessions:  # type: ignore[attr-defined]
                if session.worktree and session.worktree.path == str(home):
                    return session.divergence  # type: ignore[no-any-return]
            return None

        before_ahead = ahead(probe.snapshot)
        time.sleep(0.5)
        git(home, "commit", "-q", "--allow-empty", "-m", "measured")
        began = time.perf_counter()
        commits.append(probe.until(lambda s, n=before_ahead: ahead(s) != n, began))
        git(home, "reset", "-q", "--soft", "HEAD~1")
        engine.wait_seen(30)

        told = probe.snapshot.coordination  # type: ignore[attr-defined]
        time.sleep(0.5 + turn % 7 * 0.13)
        (shared / ".new").write_text("s01\n")
        began = time.perf_counter()
        (shared / ".new").rename(shared / f"measured-{os.getpid()}-{turn}.lock")
        locks.append(probe.until(lambda s, n=told: s.coordination != n, began))

        _window(turn, world, engine, probe, home, windows)
    rung = _ours(options, world, engine, probe, mux, homes[0])
    report: Report = options.report
    report.spread(Section.EDIT, "tracked edit → published", edits)
    report.spread(Section.EDIT, "untracked file → published", creates)
    report.spread(Section.GIT, "commit → published, with ahead", commits)
    report.spread(Section.SHARED, "lock → published", locks)
    for what, times in windows.items():
        report.spread(Section.WINDOW, f"{what} elsewhere → published", times, p95=WINDOW_BUDGET)
    report.spread(Section.WINDOW, "opened in our session → published", rung, p95=WINDOW_BUDGET)
    prints = "while :; do echo line $$; sleep 0.05; done"
    for number in range(len(homes)):
        world.tmux("respawn-pane", "-k", "-t", f"=work:{number}", prints)
    time.sleep(3)
    busy = "CPU a minute, each window 20 lines a second"
    _idle(report, Section.PRINTING, busy, options.seconds, world, probe, engine._trees.pid)
    began = time.perf_counter()
    engine.stop()
    took = (time.perf_counter() - began) * 1000
    report.value(Section.END, "live view alone, stopped", took)


def _ours(
    options: argparse.Namespace, world: World, engine: Engine, probe: Probe, mux: Mux, home: Path
) -> list[float]:
    """Windows made by hand in the session that pdev made, whose hooks ring."""
    panes = (PLAIN_SHELL,)
    window = mux.open_window(
        session="s01", name="measured", directory=str(home), panes=panes, env={}
    )
    engine.wait_seen(30)
    times = []
    for turn in range(options.repeat):
        snapshot = probe.snapshot
        (ours,) = {w.session_name for w in snapshot.windows if w.id == window}  # type: ignore[attr-defined]
        number = len(snapshot.windows)  # type: ignore[attr-defined]
        time.sleep(0.5 + turn % 7 * 0.13)
        made = world.tmux(
            "new-window", "-d", "-P", "-F", "#{window_id}", "-t", f"={ours}:", "-c", str(home)
        )
        began = time.perf_counter()
        times.append(probe.until(lambda s, n=number: len(s.windows) != n, began))
        world.tmux("kill-window", "-t", made.strip())
        engine.wait_seen(30)
    mux.close_window(window)
    return times


if __name__ == "__main__":
    main()
