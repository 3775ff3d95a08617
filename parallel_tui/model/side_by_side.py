"""Do one thing to many items, several at a time, at the price of the threads alone.

`concurrent.futures` says the same, and imports `logging` and more for it: as much time as git takes
to answer.
"""

from __future__ import annotations

import threading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeVar

    Item = TypeVar("Item")
    Answer = TypeVar("Answer")


def begin(
    do: Callable[[Item], Answer], items: Iterable[Item], *, threads: int
) -> Callable[[], list[Answer]]:
    """Begin; what is returned waits for the answers, in the order of the items.

    It raises what the first item raised that failed, once all are done.

    Args:
        do: Called with each item, by several threads at once.
        items: What it is done to.
        threads: How many items at a time, at most.
    """
    left = list(enumerate(items))
    left.reverse()
    answers: dict[int, Answer] = {}
    errors: dict[int, BaseException] = {}

    def work() -> None:
        while True:
            try:
                number, item = left.pop()
            except IndexError:
                return
            try:
                answers[number] = do(item)
            except BaseException as error:  # whoever waits for it is told
                errors[number] = error

    # None outlives a command that is interrupted while it waits.
    workers = [threading.Thread(target=work, daemon=True) for _ in range(min(threads, len(left)))]
    for worker in workers:
        worker.start()

    def wait() -> list[Answer]:
        for worker in workers:
            worker.join()
        if errors:
            raise errors[min(errors)]
        return [answers[number] for number in sorted(answers)]

    return wait
