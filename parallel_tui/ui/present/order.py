"""Orders in which sessions can be listed. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from parallel_tui.model.session.session import Session
from parallel_tui.model.text.words import branch_label
from parallel_tui.model.view.snapshot import by_attention

NEED: Final = "need"
"""What needs somebody first; the order without a choice."""

_KEYS: Final[Mapping[str, Callable[[Session], Any]]] = {
    "name": lambda session: session.name.casefold(),
    "age": lambda session: -(session.last_activity or 0.0),
    "branch": lambda session: (
        branch_label(session.worktree).casefold() if session.worktree else "\U0010ffff"
    ),
}

ORDERS: Final = (NEED, *_KEYS)
"""All orders, as the key steps through them."""


def in_order(sessions: tuple[Session, ...], order: str) -> list[Session]:
    """Sessions in an order; those that are equal in it by what needs somebody first."""
    found = by_attention(sessions)
    return sorted(found, key=_KEYS[order]) if order in _KEYS else found


def following(order: str) -> str:
    """The order after another one."""
    place = ORDERS.index(order) if order in ORDERS else 0
    return ORDERS[(place + 1) % len(ORDERS)]
