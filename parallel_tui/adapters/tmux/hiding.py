"""Where a client that only listens can be without anybody noticing.

tmux tells of windows only to a client that is attached to a session, and an attached client counts:
it keeps alive what is to end when nobody looks (`destroy-unattached`, `exit-unattached`), takes
messages meant for the user, keeps a pane from learning that its user turned away, sees a bell on
the user's behalf, and runs the user's hooks.

A *suspended* client counts for nothing of that: tmux leaves it out of `session_attached`, of sizes
and of what must stay alive, and goes on telling it everything. What is left is avoided by the
choice of the session: one that nobody looks at (so no pane has a focus to lose, and whoever calls
tmux from a pane there reaches no user's client in our place), whose current window rang no bell
(attaching would take it for seen), of these the one used last (attaching makes it that). Where a
hook would run for us, or the server is to end with its last client, we stay away.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from parallel_tui.adapters.tmux.command import Address, ask
from parallel_tui.adapters.tmux.listing import new_mark, record_of

_FIELDS: Final = (
    "session_id",
    "session_attached",
    "session_activity",
    "window_bell_flag",
    "window_activity_flag",
    "window_silence_flag",
    "exit-unattached",
)

_HOOKS: Final = ("client-attached", "client-detached", "client-session-changed")
"""Hooks of the user that run when a client comes or goes."""

ENDS_WITH_CLIENTS: Final = "this tmux server is set to end with its last client (exit-unattached)"
ALL_LOOKED_AT: Final = "somebody looks at every tmux session there is"
ALL_RANG: Final = "tmux would take a bell for seen that nobody has seen"


class NoPlaceError(Exception):
    """There is no place to listen from; the message says why, as the end of a sentence."""


@dataclass(frozen=True, slots=True)
class Room:
    """A tmux session, by what decides whether a listener may be in it.

    Attributes:
        id: Its id.
        attached: How many look at it.
        activity: When it was last used, epoch seconds.
        rang: Whether its current window waits to be looked at.
        ends: Whether its server ends with the last client.
    """

    id: str
    attached: int
    activity: int
    rang: bool
    ends: bool


def choose(rooms: Iterable[Room]) -> str:
    """The session to be in.

    Returns:
        Its id.

    Raises:
        NoPlaceError: When there is none.
    """
    rooms = list(rooms)
    if any(room.ends for room in rooms):
        raise NoPlaceError(ENDS_WITH_CLIENTS)
    empty = [room for room in rooms if not room.attached]
    if not empty:
        raise NoPlaceError(ALL_LOOKED_AT)
    calm = [room for room in empty if not room.rang]
    if not calm:
        raise NoPlaceError(ALL_RANG)
    return max(calm, key=lambda room: room.activity).id


def hook_among(listed: str) -> str | None:
    """The first of the user's hooks that would run for us, as `show-hooks` lists them."""
    for line in listed.splitlines():
        name, bracket, _ = line.partition("[")
        if bracket and name in _HOOKS:
            return name
    return None


def find(address: Address) -> str:
    """Look for a session to be in. Two processes.

    Returns:
        Its id.

    Raises:
        NoPlaceError: When there is none.
        NoServerError: When there is no server.
        MuxError: When tmux gave no usable answer.
    """
    mark = new_mark()
    listing = ["list-sessions", "-F", record_of(mark, "<", _FIELDS) + f"{mark}>"]
    sessions, _, hooks = ask(address, [listing, ["show-hooks", "-g"]]).rpartition(f"{mark}>")
    chosen = choose(_room(each, mark) for each in f"{sessions}".split(f"{mark}<")[1:])
    hook = hook_among(hooks) or hook_among(ask(address, [["show-hooks", "-t", f"{chosen}:"]]))
    if hook is not None:
        raise NoPlaceError(f"a hook of this tmux ({hook}) would run for it")
    return chosen


def _room(record: str, mark: str) -> Room:
    fields = record.removesuffix("\n").removesuffix(f"{mark}>").split(f"{mark}|")
    id_, attached, activity, *flags, ends = fields
    return Room(id_, int(attached or 0), int(activity or 0), "1" in flags, ends == "1")
