"""Measures the real dashboard in a real terminal on generated repositories.

    python -m tests.benchmarks.dashboard --worktrees 5,20,50 --files 3000,30000

The state file of the coordination store is not among the changes: nothing on screen reads it.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import time
from collections.abc import Sequence

from tests.benchmarks.bench import BIN, Bench, Presses
from tests.benchmarks.changes import Changes
from tests.benchmarks.harness import (
    Floors,
    TooLongError,
    counting_path,
    cpu_seconds,
    floors,
    processes,
    pss_mib,
    refresh,
    within,
)
from tests.benchmarks.report import Report, Section
from tests.support.big_repo import big_repo

GLANCE = 40
"""Seconds that `--short` takes at most."""

LEAST = 20.0
"""Seconds that rest is watched at least: the kernel tells of CPU time in hundredths of a second."""

STARTS = 5
"""How often the dashboard is started, for the median."""

FIRST = 3
"""How often keys are pressed in a first prediction, which lasts for a few presses only."""

CALM = 0.02
"""CPU seconds in a second up to which a dashboard is taken to rest."""


def start(bench: Bench, limits: Floors) -> None:
    """Start the dashboard some times; the last one goes on running."""
    times: list[list[float | None]] = []
    while True:
        times.append(_started(bench))
        if len(times) == STARTS:
            break
        bench.again()
    names, frame, full = (
        [each for each in column if each is not None] for column in zip(*times, strict=True)
    )
    report = bench.report
    report.time(
        Section.START, "names of all sessions", _median(names), limits.python, "python", budget=6
    )
    report.time(
        Section.START, "dashboard, all rows", _median(frame), limits.textual, "import textual.app",
        budget=2.2,
    )  # fmt: skip
    report.time(
        Section.START, "then all statuses", _median(full), limits.statuses,
        "git status, two at a time", budget=1.3,
    )  # fmt: skip


def _started(bench: Bench) -> list[float | None]:
    """Milliseconds to the first rows and to the frame, and from there to all statuses."""
    bench.terminal.open(bench.repo)
    begin = time.perf_counter()
    bench.pid = bench.terminal.start(["pdev-tui"], bench.repo)
    rows = bench.terminal.until(bench.named)
    framed = bench.terminal.until(bench.framed)
    full = bench.terminal.until(bench.complete)

    def since(moment: float | None, other: float | None) -> float | None:
        return None if moment is None or other is None else (moment - other) * 1000

    return [since(rows, begin), since(framed, begin), since(full, framed)]


def _median(times: Sequence[float]) -> float | None:
    """`None` where not all starts were seen to their end."""
    return statistics.median(times) if len(times) == STARTS else None


def keys(bench: Bench) -> None:
    """Time from a key to a changed screen, beside that of a program that only echoes.

    The floor is what the terminal and looking at it cost; the difference is ours.
    """
    with bench.echo() as echo:
        floor = [bench.key(echo, "a") for _ in range(bench.repeat * 3)]
    bench.report.spread(Section.KEYS, "key → echo of cat, a floor", floor)
    bench.terminal.press("g")  # from the first row every key has somewhere to go
    bench.terminal.settle()
    presses = ["Down" if number % 6 < 3 else "Up" for number in range(bench.repeat * 6)]
    times = [bench.key(bench.terminal, key) for key in presses]
    bench.report.spread(Section.KEYS, "key → screen, at rest", times, p50=25, p95=50)


def used(pid: int, seconds: float) -> float:
    """CPU seconds a minute of a process with its children, watched for some seconds."""
    before, begin = cpu_seconds(pid), time.perf_counter()
    time.sleep(seconds)
    return (cpu_seconds(pid) - before) / (time.perf_counter() - begin) * 60


def rests(pid: int, *, within: int = 60) -> bool:
    """Wait until a start is over, with all that it leaves for later; returns whether it ever is."""
    calm = 0
    for _ in range(within):
        before = cpu_seconds(pid)
        time.sleep(1)
        calm = calm + 1 if cpu_seconds(pid) - before <= CALM else 0
        if calm == 5:
            return True
    return False


def at_rest(bench: Bench, what: str, pid: int) -> None:
    """Tell what a dashboard costs at rest, in a time that has its share of regular looks."""
    rest, seconds = rests(pid), max(bench.seconds, LEAST)
    cost = used(pid, seconds)
    if not processes(pid):
        bench.report.missing(Section.IDLE, what, "the dashboard ended by itself")
        return
    note = f"{seconds:.0f} s watched" + ("" if rest else ", not at rest before")
    bench.report.value(
        Section.IDLE, what, cost, "s", budget=idle_budget(bench.worktrees), note=note
    )


def idle_budget(worktrees: int) -> float:
    """CPU seconds a minute allowed at rest."""
    return 0.3 if worktrees <= 20 else 0.4


def idle(bench: Bench) -> None:
    """Watch the dashboard do nothing."""
    at_rest(bench, "CPU a minute at rest, with children", bench.pid)
    memory = pss_mib(bench.pid)
    note = "not told here" if memory is None else f"{processes(bench.pid)} processes"
    bench.report.value(Section.MEMORY, "PSS, with children", memory, "MiB", budget=90, note=note)


def stop(bench: Bench) -> None:
    """Quit the dashboard as a user does."""
    bench.terminal.press("q")
    begin = time.perf_counter()
    while not bench.terminal.ended() and time.perf_counter() - begin < 10:
        time.sleep(0.005)
    took = (time.perf_counter() - begin) * 1000 if bench.terminal.ended() else None
    bench.report.value(Section.END, "q → ended", took, note="" if took else "never")
    bench.terminal.close()
    bench.terminal = bench.fresh_terminal(bench.env)


def keys_of(bench: Bench, when: str, found: Presses) -> None:
    """Tell of keys beside those of a program that only echoes, pressed in turn with them."""
    bench.report.spread(Section.KEYS, f"key → echo of cat, {when}", found.floor)
    bench.report.spread(Section.KEYS, f"key → screen, {when}", found.times, p50=25, p95=50)


def busy(bench: Bench) -> None:
    """Press keys during a first prediction, and beside windows that print all the time."""
    conflicts = bench.settled()
    stop(bench)
    first = Presses()
    for number in range(FIRST):
        if number:
            bench.again()
        bench.cold()
        first += bench.pressed(max(5.0, min(30.0, bench.seconds)), conflicts)
    keys_of(bench, "first prediction", first)
    bench.settled()
    bench.print_always()
    time.sleep(3)
    cost = used(bench.pid, bench.seconds)
    what = "CPU a minute, each window 20 lines a second"
    bench.report.value(
        Section.PRINTING, what, cost, "s", budget=4 if bench.worktrees <= 20 else None
    )
    keys_of(bench, "windows print", bench.pressed(max(3.0, min(10.0, bench.seconds))))
    bench.again()
    bench.quiet()


def within_tmux(bench: Bench) -> None:
    """Watch a dashboard do nothing in a window of the server that it shows."""
    what = "CPU a minute at rest, in a tmux window beside the others"
    where = ["-d", "-P", "-F", "#{pane_pid}", "-n", "dash", "-c", str(bench.repo)]
    size = ["-x", "220", "-y", "60"]
    pid = int(bench.tmux("new-session", "-s", "dash", *size, *where, str(BIN / "pdev-tui")))
    time.sleep(max(5.0, bench.worktrees / 4))
    at_rest(bench, what, pid)
    if processes(pid):
        bench.tmux("send-keys", "-t", "=dash:", "q")


def forks(bench: Bench) -> None:
    """Count git and tmux processes of an idle minute, in a run of its own."""
    path, log = counting_path(bench.folder, ("git", "tmux"), bench.env["PATH"])
    bench.terminal.close()
    bench.terminal = bench.fresh_terminal({**bench.env, "PATH": path})
    bench.terminal.open(bench.repo)
    bench.terminal.start([str(BIN / "pdev-tui")], bench.repo)
    bench.settled()
    time.sleep(3)
    log.write_text("")
    time.sleep(bench.seconds)
    started = [line.split()[0] for line in log.read_text().splitlines()]
    each = {name: started.count(name) * 60 / bench.seconds for name in ("git", "tmux")}
    for name, count in each.items():
        bench.report.value(Section.IDLE, f"{name} processes a minute", count, "", budget=0)
    bench.terminal.press("q")
    bench.terminal.close()


def measure(report: Report, worktrees: int, files: int, *, repeat: int, seconds: float) -> None:
    """Run everything on one size of repository."""
    report.size = f"{worktrees} × {files}"
    bench = Bench(big_repo(worktrees, files), worktrees, repeat, seconds, report)
    shutil.rmtree(bench.repo / ".claude", ignore_errors=True)  # of a run that was cut off
    try:
        refresh(bench.trees, bench.env)
        limits = floors(bench.trees, bench.env, repeat)
        for what, ms in (
            ("python -c pass", limits.python),
            ("import textual.app", limits.textual),
            ("git status, one worktree", limits.status),
            ("git status, all, two at a time", limits.statuses),
        ):
            report.value(Section.FLOOR, what, ms)
        bench.windows()
        start(bench, limits)
        changes = Changes(bench, limits)
        changes.while_it_starts()
        bench.settled()  # what is made while it starts waits for the start
        changes.measure()
        keys(bench)
        idle(bench)
        busy(bench)
        within_tmux(bench)
        forks(bench)
    finally:
        bench.close()


def numbers(text: str) -> list[int]:
    """Numbers between commas."""
    return [int(each) for each in text.split(",")]


def main() -> int:
    """Measure all sizes asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--worktrees", default="5,20", help="numbers of worktrees (default 5,20)")
    parser.add_argument("--files", default="3000", help="files in each (default 3000)")
    parser.add_argument("--repeat", type=int, default=10, help="times each change is made")
    parser.add_argument("--idle", type=float, default=60.0, help="seconds of idleness to watch")
    parser.add_argument("--short", action="store_true", help="a glance: 5 worktrees, few repeats")
    options = parser.parse_args()
    if options.short:
        options.worktrees, options.files, options.repeat, options.idle = "5", "1000", 3, 6.0
    report = Report()
    try:
        with within(GLANCE if options.short else 0):
            for files in numbers(options.files):
                for worktrees in numbers(options.worktrees):
                    measure(report, worktrees, files, repeat=options.repeat, seconds=options.idle)
    except TooLongError as error:
        print(f"  The rest is left out: {error}.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
