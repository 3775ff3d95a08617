"""`pdev watch`: print changes line by line as they happen."""

from __future__ import annotations

import argparse
import os
import select
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from parallel_tui.cli.opening import core_for
from parallel_tui.cli.render import people, schema
from parallel_tui.cli.render.output import one_line
from parallel_tui.errors import ParallelError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from parallel_tui.bootstrap import Core
    from parallel_tui.cli.render.output import Output
    from parallel_tui.engine.engine import Engine
    from parallel_tui.model.view.snapshot import Snapshot

_KEPT: Final = 64
"""Snapshots kept for a reader that is slow; beyond it the oldest are dropped, never the newest."""

_LONGEST_WAIT: Final = 24 * 3600.0


def configure_watch(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pdev watch`."""
    parser.add_argument(
        "--ndjson", action="store_true", help="print each new state as one JSON object per line"
    )
    parser.add_argument(
        "--count", type=_positive, metavar="N", help="stop after N lines (states with --ndjson)"
    )
    parser.add_argument(
        "--until-idle", action="store_true", help="stop as soon as everything has been read"
    )
    parser.set_defaults(run=run_watch)


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise ValueError(text)
    return value


class CutShort(BaseException):
    """A signal ended the program in the middle of a line."""


class Feed:
    """Passes snapshots from the engine's threads to the main thread.

    The main thread sleeps in one `poll` on a pipe and on standard output: a new snapshot, a signal,
    idleness and a reader that went away all end the wait, and nothing ticks in between.
    """

    def __init__(self) -> None:
        self._snapshots: deque[Snapshot] = deque(maxlen=_KEPT)
        self._woken, self._bell = os.pipe()
        os.set_blocking(self._bell, False)
        os.set_blocking(self._woken, False)
        self.ended = False
        self.showing = False
        self.signal: int | None = None

    def publish(self, snapshot: Snapshot) -> None:
        """Add a snapshot; from any thread."""
        self._snapshots.append(snapshot)
        self._wake()

    def end(self, signal_number: int | None = None) -> None:
        """End the feed after what is queued; from any thread, or a signal handler.

        A signal stops it without reading the rest, even where it hangs because its own reader
        does not read: Python would take such a write up again after the handler.
        """
        self.signal = self.signal or signal_number
        self.ended = True
        self._wake()
        if signal_number is not None and self.showing:
            raise CutShort

    def _wake(self) -> None:
        try:
            os.write(self._bell, b"!")
        except (BlockingIOError, OSError):  # full: the reader is awake anyway; closed: it is gone
            return

    def read(self, out: int | None) -> Iterator[Snapshot]:
        """Yield snapshots until the feed ends.

        Args:
            out: File descriptor of standard output; watched for a reader that goes away.

        Raises:
            BrokenPipeError: When nobody reads any more.
        """
        poll = select.poll()
        poll.register(self._woken, select.POLLIN)
        if out is not None:
            poll.register(out, 0)  # POLLERR and POLLHUP come unasked
        while True:
            while self._snapshots and self.signal is None:
                snapshot = self._snapshots.popleft()
                self.showing = True
                yield snapshot
                self.showing = False
            if self.ended:
                return
            for descriptor, event in poll.poll():
                if descriptor == self._woken:
                    os.read(self._woken, 4096)
                elif event & (select.POLLERR | select.POLLHUP | select.POLLNVAL):
                    raise BrokenPipeError

    def close(self) -> None:
        """Release the pipe."""
        os.close(self._bell)
        os.close(self._woken)


@contextmanager
def signals(feed: Feed) -> Iterator[None]:
    """End a feed, not the program, at Ctrl+C, SIGTERM and SIGHUP, inside the block."""
    before = {}
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        before[number] = signal.signal(number, lambda number, frame: feed.end(number))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def run_watch(parsed: argparse.Namespace, output: Output) -> int:
    """Print states or changes until ended."""
    core = core_for(parsed, output)
    feed = Feed()
    show = _as_json(output) if parsed.ndjson else _as_words(core, output)
    engine = core.engine(predict=True)
    report = _reporting(core, output)
    left: int = parsed.count or -1
    try:
        descriptor: int | None = output.out.fileno()
    except OSError:
        descriptor = None
    try:
        with signals(feed):
            engine.start(feed.publish)
            if parsed.until_idle:
                threading.Thread(target=_end_when_idle, args=(engine, feed), daemon=True).start()
            for snapshot in feed.read(descriptor):
                left -= show(snapshot, left)
                report(snapshot)
                if left == 0:
                    break
    except CutShort:
        output.abandon()
    finally:
        engine.stop()
        feed.close()
    return 0 if feed.signal is None else 128 + feed.signal


def _reporting(core: Core, output: Output) -> Callable[[Snapshot], None]:
    """Report conflicts to sessions; a failure is printed once, and watching continues."""
    told: set[str] = set()
    before: object = None

    def report(snapshot: Snapshot) -> None:
        nonlocal before
        if snapshot.overlaps == before:
            return
        before = snapshot.overlaps
        try:
            core.report.report(snapshot)
        except (ParallelError, OSError) as error:
            words = str(error)
            if words not in told:
                told.add(words)
                output.talk(f"Conflicts could not be noted for the sessions: {one_line(words)}")

    return report


def _end_when_idle(engine: Engine, feed: Feed) -> None:
    if engine.wait_idle(_LONGEST_WAIT):
        feed.end()


Show = Callable[["Snapshot", int], int]
"""Prints a snapshot in at most so many lines (negative: any number); says how many it took."""


def _as_json(output: Output) -> Show:
    def show(snapshot: Snapshot, left: int) -> int:
        output.data({**schema.snapshot_json(snapshot), **schema.overlaps_json(snapshot)})
        return 1

    return show


def _as_words(core: Core, output: Output) -> Show:
    """A header once the sessions are known, then a line with the time for each change."""
    from parallel_tui.model.view.changes import changes
    from parallel_tui.model.view.overlap_news import OverlapNews
    from parallel_tui.model.view.snapshot import Snapshot

    previous, overlaps = Snapshot(core.repository), OverlapNews()

    def show(snapshot: Snapshot, left: int) -> int:
        nonlocal previous
        found = (*changes(previous, snapshot), *overlaps.of(snapshot))
        lines = [one_line(change.message) for change in found]
        if lines:
            clock = time.strftime("%H:%M:%S", time.localtime(core.clock()))
            lines = [f"{clock}  {line}" for line in lines]
        if snapshot.sessions and not previous.sessions:
            lines.insert(0, people.header(snapshot))
        previous = snapshot
        lines = lines if left < 0 else lines[:left]
        for line in lines:
            output.line(line)
        output.out.flush()
        return len(lines)

    return show
