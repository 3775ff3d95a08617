"""Where a client that only listens can be without anybody noticing.

tmux tells of windows only to a client that is attached to a session, and an attached client counts:
it keeps alive what is to end when nobody looks (`destroy-unattached`, `exit-unattached`), takes
messages meant for the user, keeps a pane from learning that its user turned away, sees a bell on
the user's behalf, and runs the user's hooks.

A *suspended* client counts for nothing of that: tmux leaves it out of `session_attached`, of sizes
and of what must stay alive, and goes on telling it everything. What is left is avoided by the
choice of the session: one that nobody looks at (so no pane has a focus to lose, and whoever calls
tmux from a pane there reaches no user's client in our place), whose current window rang no bell
(attaching would take it for seen), rather one that pdev made, and of these the one used last
(attaching makes it that). Where a hook would run for us, or the server is to end with its last
client, we stay away.

Where somebody looks at every session, we are in one of these, as a client that is older than the
last key of everybody there: of several clients tmux takes the one used last. So we connect, and
come in only after everybody has pressed a key. A pane that is told of its focus would not be told
that it lost it, so with `focus-events` we stay away.

tmux crashes (3.2 to 3.7) when it ends a session because nobody looks at it, and a suspended client
is in it. Sessions made by pdev are never ended so; any other one is told, for as long as we are in
it, what already holds for it: `destroy-unattached off`. Should the user want it otherwise
meanwhile, we leave.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from parallel_tui.adapters.tmux.command import Address, ask
from parallel_tui.adapters.tmux.listing import REPOSITORY_OPTION, new_mark, record_of
from parallel_tui.record import dataclass

LISTENING_OPTION: Final = "@pdev_listens"
"""Session option: we said what `destroy-unattached` is, and whoever listens last takes it back."""

_FIELDS: Final = (
    "session_id",
    "session_attached",
    "session_activity",
    "window_bell_flag",
    "window_activity_flag",
    "window_silence_flag",
    "destroy-unattached",
    LISTENING_OPTION,
    REPOSITORY_OPTION,
    "exit-unattached",
    "focus-events",
)

_HOOKS: Final = ("client-attached", "client-detached", "client-session-changed")
"""Hooks of the user that run when a client comes or goes."""

ENDS_WITH_CLIENTS: Final = "this tmux server is set to end with its last client (exit-unattached)"
ALL_LOOKED_AT: Final = (
    "somebody looks at every tmux session there is, and panes are told of it (focus-events)"
)
ALL_DOOMED: Final = "tmux sessions are set to end when nobody looks at them (destroy-unattached)"
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
        doomed: Whether it ends itself when nobody looks.
        ours: Whether pdev made it.
        guarded: Whether `destroy-unattached` was said by who listens.
        focus: Whether its panes are told whether somebody looks at them.
    """

    id: str
    attached: int
    activity: int
    rang: bool
    ends: bool
    doomed: bool = False
    ours: bool = False
    guarded: bool = False
    focus: bool = False


@dataclass(frozen=True, slots=True)
class HidingPlace:
    """Where to listen.

    Attributes:
        session: Id of a tmux session.
        guard: Whether it must be told that it does not end when nobody looks.
        channel: What to wait for at the door, where others look at that session; `None` elsewhere.
    """

    session: str
    guard: bool
    channel: str | None = None

    def enter(self) -> list[list[str]]:
        """The tmux commands by which a client goes there."""
        at = f"{self.session}:"
        return [
            *([["wait-for", self.channel]] if self.channel is not None else ()),
            ["attach-session", "-E", "-f", "no-output,ignore-size", "-t", at],
            *(self._guards("destroy-unattached", "off") if self.guard else ()),
            *(self._guards(LISTENING_OPTION, "1") if self.guard else ()),
            ["suspend-client"],
            # once more: tmux counts anew, and the pane learns that nobody looks
            ["switch-client", "-E", "-t", at],
        ]

    def leave(self) -> list[list[str]]:
        """The tmux commands that take back what was said, unless somebody said otherwise since."""
        at = f"{self.session}:"
        ours = f"#{{&&:#{{{LISTENING_OPTION}}},{_STAYS}}}"
        back = f"set-option -u -t '{at}' {LISTENING_OPTION}"
        back = f"set-option -u -t '{at}' destroy-unattached ; {back}"
        return [["if-shell", "-F", "-t", at, ours, back]]

    def _guards(self, option: str, value: str) -> list[list[str]]:
        return [["set-option", "-t", f"{self.session}:", option, value]]


STAYS: Final = ("", "0", "off")
"""What versions print of `destroy-unattached` for a session that stays when nobody looks."""

_STAYS: Final = "#{m/r:^(0|off|)$,#{destroy-unattached}}"
"""Whether it is one of these, as a format."""


def choose(rooms: Iterable[Room]) -> Room:
    """The session to be in.

    Raises:
        NoPlaceError: When there is none.
    """
    rooms = list(rooms)
    if any(room.ends for room in rooms):
        raise NoPlaceError(ENDS_WITH_CLIENTS)
    empty = [room for room in rooms if not room.attached]
    if not empty and any(room.focus for room in rooms):
        raise NoPlaceError(ALL_LOOKED_AT)
    empty = empty or rooms
    lasting = [room for room in empty if not room.doomed]
    if not lasting:
        raise NoPlaceError(ALL_DOOMED)
    calm = [room for room in lasting if not room.rang]
    if not calm:
        raise NoPlaceError(ALL_RANG)
    return max(calm, key=lambda room: (room.ours, room.activity))


def hook_among(listed: str) -> str | None:
    """The first of the user's hooks that would run for us, as `show-hooks` lists them."""
    for line in listed.splitlines():
        name, bracket, _ = line.partition("[")
        if bracket and name in _HOOKS:
            return name
    return None


def find(address: Address) -> HidingPlace:
    """Look for a session to be in. Two processes.

    Raises:
        NoPlaceError: When there is none.
        NoServerError: When there is no server.
        MuxError: When tmux gave no usable answer.
    """
    mark = new_mark()
    listing = ["list-sessions", "-F", record_of(mark, "<", _FIELDS) + f"{mark}>"]
    sessions, _, hooks = ask(address, [listing, ["show-hooks", "-g"]]).rpartition(f"{mark}>")
    room = choose(_room(each, mark) for each in sessions.split(f"{mark}<")[1:])
    at = f"{room.id}:"
    said = ask(
        address, [["show-options", "-t", at, "destroy-unattached"], ["show-hooks", "-t", at]]
    )
    hook = hook_among(hooks) or hook_among(said)
    if hook is not None:
        raise NoPlaceError(f"a hook of this tmux ({hook}) would run for it")
    guard = room.guarded or not said.startswith("destroy-unattached ")
    return HidingPlace(room.id, guard, channel=f"pdev{new_mark()}" if room.attached else None)


def may_come_in(address: Address, place: HidingPlace, since: float) -> bool:
    """Whether everybody who looks at a session has pressed a key after a time. One process.

    Args:
        address: The server.
        place: The session.
        since: Epoch seconds.

    Raises:
        MuxError: When tmux gave no usable answer.
    """
    listing = ["list-clients", "-t", f"{place.session}:", "-F", "#{client_activity}"]
    return all(int(each) > since + 1 for each in ask(address, [listing]).split())


def _room(record: str, mark: str) -> Room:
    fields = record.removesuffix("\n").removesuffix(f"{mark}>").split(f"{mark}|")
    id_, attached, activity, *flags, doomed, guarded, ours, ends, focus = fields
    return Room(
        id_,
        int(attached or 0),
        int(activity or 0),
        rang="1" in flags,
        ends=ends == "1",
        doomed=doomed not in STAYS,
        ours=bool(ours),
        guarded=bool(guarded),
        focus=focus == "1",
    )
