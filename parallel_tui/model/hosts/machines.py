"""Machines that share work or a store, each as one row of what is known of it. Pure."""

from __future__ import annotations

from parallel_tui.model.text.words import age, ago, clock, shown_host
from parallel_tui.record import dataclass, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Final

    from parallel_tui.model.hosts.reach import MachineAbout
    from parallel_tui.model.hosts.shared import SharedSession
    from parallel_tui.model.hosts.view import HostsView
    from parallel_tui.model.machine.lease import Lease


@dataclass(frozen=True, slots=True)
class ListedMachine:
    """A machine some of whose sessions are in the list of sessions.

    Attributes:
        name: The name under which it shares work.
        sessions: How many it has, as headers count them.
        here: Whether it is this one.
        lease: What a store on a server knows of it; `None` where none does.
    """

    name: str
    sessions: int
    here: bool = False
    lease: Lease | None = None

    def presence(self, now: float) -> str:
        """Whether it is there, in a few words.

        Args:
            now: Epoch seconds.
        """
        if self.here:
            return HERE
        if self.lease is None:
            return UNKNOWN
        return presence_words(self.lease.heard, now, present=self.lease.present)


def listed(view: HostsView | None, own: int) -> tuple[ListedMachine, ...]:
    """The machines of a list of sessions, this one first, then by name; empty without others.

    Args:
        view: What is shared through git.
        own: How many sessions this machine has.
    """
    if view is None or not view.sessions:
        return ()
    counts: dict[str, int] = {}
    for each in view.sessions:
        counts[each.host] = counts.get(each.host, 0) + 1
    leases = {each.name: each for each in view.leases}
    others = (ListedMachine(name, counts[name], lease=leases.get(name)) for name in sorted(counts))
    return (ListedMachine(view.sharing.host, own, here=True), *others)


def shared_words(session: SharedSession, now: float) -> str:
    """When a session was shared last: `3m ago`, `at an unknown time`.

    Args:
        session: Which.
        now: Epoch seconds.
    """
    return "at an unknown time" if session.at is None else ago(session.at, now)


HERE: Final = "here"
UNKNOWN: Final = "unknown"


def presence_words(heard: float, now: float, *, present: bool) -> str:
    """When a machine that keeps a lease was there: `seen just now`, `away since 14:02`.

    As long as its lease counts it was heard of within the last minute, whenever that was noted.

    Args:
        heard: When it was heard of last, in epoch seconds by our clock.
        now: Epoch seconds.
        present: Whether its lease counts.
    """
    return "seen just now" if present else f"away since {clock(heard, now)}"


SKEWED: Final = 2.0
"""Seconds by which a clock may be off without a colour."""


@dataclass(frozen=True, slots=True)
class KnownMachine:
    """What is known of a machine.

    Attributes:
        name: The name under which it shares work, else its own.
        ssh: How it is reached; empty while nobody has said it.
        sessions: Number of sessions that it shares.
        uncommitted: Whether it shares uncommitted work too.
        pushed: When it shared something last, in epoch seconds by our clock; `None` where that is
            not known, or it shares nothing.
        lag: Seconds from its last push that was seen to arrive until it was seen; `None` where
            none was. Clocks that differ are in it, but it is never less than nothing.
        heard: Seconds since it used the store; `None` where it is not known to use one.
        present: Whether its lease there still counts.
        skew: Seconds by which its clock is behind that of the server, else behind ours; `None`
            where nobody has compared them.
        pdev: Version of this program there, as all that follows empty where it is not known.
        git: Version of git.
        windows: The multiplexer and its version.
        python: Version of Python.
        tables: Version of the store's tables that it works with; 0 where it is not known.
        here: Whether it is this one.
    """

    name: str
    ssh: str = ""
    sessions: int = 0
    uncommitted: bool = False
    pushed: float | None = None
    lag: float | None = None
    heard: float | None = None
    present: bool = False
    skew: float | None = None
    pdev: str = ""
    git: str = ""
    windows: str = ""
    python: str = ""
    tables: int = 0
    here: bool = False

    def told(self, about: MachineAbout, now: float, ahead: float = 0.0) -> KnownMachine:
        """The same with what it says of itself.

        Args:
            about: What it says.
            now: Epoch seconds, by our clock, in the middle of the question.
            ahead: Seconds by which the server's clock is ahead of ours, where there is a server.
        """
        return replace(
            self,
            pdev=about.pdev,
            git=about.git,
            windows=about.windows,
            python=about.python,
            tables=about.schema,
            skew=now + ahead - about.now if about.now else self.skew,
        )


def called(known: Iterable[tuple[str, str]]) -> list[str]:
    """What to call machines that use a store.

    Args:
        known: The name of each in the store, and the one under which it shares work if it does.

    Returns:
        The latter, else the former without what tells it apart, where that is no other's.
    """
    pairs = list(known)
    short = [shares_as or shown_host(name) for name, shares_as in pairs]
    return [
        told if shares_as or short.count(told) == 1 else name
        for (name, shares_as), told in zip(pairs, short, strict=True)
    ]


def joined(
    view: HostsView | None, seen: Iterable[KnownMachine], reached: Mapping[str, str]
) -> tuple[KnownMachine, ...]:
    """All machines that something is known of, this one first, then by name.

    Args:
        view: What is shared through git.
        seen: What the store knows of each.
        reached: Names for ssh, by machine.
    """
    sharing = view.sharing if view is not None and view.sharing.on else None
    found = {
        each.name: each
        for each in (
            replace(one, name=sharing.host) if one.here and sharing is not None else one
            for one in seen
        )
    }
    for host in reached:
        found.setdefault(host, KnownMachine(host))
    if view is not None and sharing is not None:
        own = found.get(sharing.host, KnownMachine(sharing.host))
        found[sharing.host] = replace(own, here=True, sessions=len(view.sent.names))
    lags = dict(view.lags) if view is not None else {}
    for each in view.sessions if view is not None else ():
        before = found.get(each.host, KnownMachine(each.host))
        found[each.host] = replace(
            before,
            sessions=before.sessions + 1,
            uncommitted=before.uncommitted or each.mode.value == "work",
            pushed=max((at for at in (before.pushed, each.at) if at is not None), default=None),
            lag=max(0.0, lags[each.host]) if each.host in lags else None,
        )
    named = (replace(each, ssh=reached.get(each.name, "")) for each in found.values())
    return tuple(sorted(named, key=lambda each: (not each.here, each.name)))


def clock_words(skew: float | None) -> str:
    """How far a clock is off, in a word; empty where nobody has compared."""
    if skew is None:
        return ""
    if abs(skew) <= SKEWED:
        return "right"
    span = f"{abs(skew):.0f}s" if abs(skew) < 60 else age(abs(skew))
    return f"{'-' if skew > 0 else '+'}{span}"
