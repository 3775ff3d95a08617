"""Run slow functions in threads, awaited by the event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


async def ask(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a read-only function in a thread that never delays the program's exit.

    The executor's threads are joined at exit, so quitting would wait for a slow `git diff`; this
    one's thread dies with the process. What changes something belongs into `asyncio.to_thread`,
    for that must be finished.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(outcome: Callable[[], None]) -> None:
        def unless_cancelled() -> None:
            if not future.done():
                outcome()

        with suppress(RuntimeError):  # the loop has ended; nobody waits any more
            loop.call_soon_threadsafe(unless_cancelled)

    def work() -> None:
        try:
            answer = function(*args, **kwargs)
        except Exception as error:
            failure = error
            settle(lambda: future.set_exception(failure))
        else:
            settle(lambda: future.set_result(answer))

    threading.Thread(target=work, name=f"ask-{function}", daemon=True).start()
    return await future
