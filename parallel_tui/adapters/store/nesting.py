"""Join a transaction that is opened inside another one of the same thread."""

from __future__ import annotations

from contextlib import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Protocol, TypeVar

    class _Signed(Protocol):
        who: str

    Transaction = TypeVar("Transaction", bound=_Signed)


@contextmanager
def as_part_of(outer: Transaction, who: str) -> Iterator[Transaction]:
    """Continue the outer transaction; journal entries of the block name `who`.

    Args:
        outer: The transaction that is open.
        who: Session, or `user`.
    """
    before, outer.who = outer.who, who
    try:
        yield outer
    finally:
        outer.who = before
