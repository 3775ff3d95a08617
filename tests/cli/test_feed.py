"""How snapshots travel from the engine's threads to `pdev watch`."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator

import pytest

from parallel_tui.cli.commands.watch import CutShort, Feed
from parallel_tui.model.view.snapshot import Snapshot
from tests.ui import samples


@pytest.fixture
def feed() -> Iterator[Feed]:
    made = Feed()
    yield made
    made.close()


def test_everything_published_before_the_end_is_read_in_order(feed: Feed) -> None:
    first, second = samples.empty(), samples.typical()

    def engine() -> None:
        feed.publish(first)
        feed.publish(second)
        feed.end()

    thread = threading.Thread(target=engine)
    thread.start()
    assert list(feed.read(None)) == [first, second]
    thread.join()


def test_a_slow_reader_loses_the_oldest_and_never_the_newest(feed: Feed) -> None:
    for _ in range(100_000):  # far more than the pipe holds: publishing never blocks
        feed.publish(samples.REPOSITORY)  # type: ignore[arg-type]
    newest = samples.typical()
    feed.publish(newest)
    feed.end()
    read: list[Snapshot] = list(feed.read(None))
    assert read[-1] is newest
    assert len(read) == 64


def test_a_reader_that_goes_away_ends_the_wait_although_nothing_is_published(feed: Feed) -> None:
    reading, writing = os.pipe()
    closer = threading.Timer(0.01, os.close, [reading])
    closer.start()
    with pytest.raises(BrokenPipeError):
        list(feed.read(writing))
    os.close(writing)


def test_a_signal_ends_it_at_once_also_in_the_middle_of_a_line(feed: Feed) -> None:
    feed.publish(samples.empty())
    feed.publish(samples.typical())
    reader = feed.read(None)
    assert next(reader) == samples.empty()
    with pytest.raises(CutShort):
        feed.end(signal.SIGTERM)  # as its handler does while a line is being written
    assert list(reader) == []
    assert feed.signal == signal.SIGTERM
