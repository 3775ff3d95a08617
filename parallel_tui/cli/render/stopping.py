"""Let a person or a program stop a run of several changes, never in the middle of one."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.cli.render.output import Output


@contextmanager
def stoppable(output: Output, what: str) -> Iterator[threading.Event]:
    """Let Ctrl+C and SIGTERM stop a run between two changes, never inside one.

    Args:
        output: Where it is told that this will happen.
        what: What is finished first, such as `session`.
    """
    stop = threading.Event()

    def note(number: int, frame: object) -> None:
        if not stop.is_set():
            stop.set()
            output.talk(f"pdev: finishing this {what}, then stopping")

    before = {}
    try:
        for number in (signal.SIGINT, signal.SIGTERM):
            before[number] = signal.signal(number, note)
    except ValueError:  # not the main thread; whoever is can stop us
        before = {}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
