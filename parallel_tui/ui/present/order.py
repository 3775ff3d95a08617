"""Orders in which sessions can be listed. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final

from parallel_tui.model.hosts.shared import SharedSession
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


def mixed(
    rows: Sequence[tuple[str, Session | SharedSession]],
    order: str,
    conflicts: Collection[str],
) -> list[str]:
    """Keys of rows with sessions of other machines among those of this one.

    By need, those that conflict stand behind what needs somebody here, and the others at the end.
    By age, those of which nobody knows it do.

    Args:
        rows: Keys and sessions, those of this machine first and in their order.
        order: The order.
        conflicts: Keys of sessions that conflict with one here.
    """

    def place(row: tuple[str, Session | SharedSession]) -> Any:
        key, each = row
        if isinstance(each, SharedSession):
            match order:
                case "name":
                    return each.key.casefold()
                case "age":
                    return -(each.at or 0.0)
                case "branch":
                    return (each.branch or "\U0010ffff").casefold()
            return 1 if key in conflicts else 3
        return _KEYS[order](each) if order in _KEYS else 0 if each.needs_somebody else 2

    return [key for key, _ in sorted(rows, key=place)]


def following(order: str) -> str:
    """The order after another one."""
    place = ORDERS.index(order) if order in ORDERS else 0
    return ORDERS[(place + 1) % len(ORDERS)]
