"""Ask git about many things at once; one bad item fails alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from parallel_tui.errors import GitError
from parallel_tui.model.fact import Unknown
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    Asked = TypeVar("Asked")
    Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Failed(Unknown):
    """No answer from git; asking again with freshly made objects may succeed."""


def settle(
    ask: Callable[[Sequence[Asked]], Sequence[Answer]], items: Sequence[Asked], what: str
) -> tuple[Answer | Unknown, ...]:
    """Ask about all items with one call; when git fails, find the failing items by halving.

    Args:
        ask: Answers every item, in order, or raises `GitError` or `OSError`.
        items: What to ask about.
        what: Said before the reason where an item has no answer.

    Returns:
        One answer an item, in order.
    """
    if not items:
        return ()
    try:
        return tuple(ask(items))
    except OSError as error:  # no room for temporary objects, say: the same for each of them
        return tuple(Failed(f"{what}: {error.strerror or error}") for _ in items)
    except GitError as error:
        if len(items) == 1:
            return (Failed(f"{what}: {error.message}"),)
    half = len(items) // 2
    return (*settle(ask, items[:half], what), *settle(ask, items[half:], what))
