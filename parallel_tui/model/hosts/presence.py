"""Whether machines are there, and what their clocks say by ours. Pure."""

from __future__ import annotations

from parallel_tui.record import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from parallel_tui.model.hosts.shared import SharedSession
    from parallel_tui.model.hosts.view import HostsView
    from parallel_tui.model.machine.lease import Lease


def placed_in_time(view: HostsView, leases: Iterable[Lease]) -> HostsView:
    """The same with leases, and with times of other machines as our clock has them.

    How far a clock is off, the server has compared; without one, what arrived while we looked
    tells it, to within the time between two looks.

    Args:
        view: What is shared through git.
        leases: What a store on a server knows of machines.
    """
    known = tuple(leases)
    behind = dict(view.lags) | {each.name: each.behind for each in known}
    sessions = tuple(by_our_clock(each, behind) for each in view.sessions)
    return replace(view, sessions=sessions, leases=known)


def by_our_clock(session: SharedSession, behind: Mapping[str, float]) -> SharedSession:
    """A session with the time of its work by our clock, where clocks were compared.

    Args:
        session: Which.
        behind: By machine, seconds by which its clock is behind ours.
    """
    off = behind.get(session.host)
    if off is None or not session.pushed:
        return session
    # Whole seconds: what is measured anew differs a little, and is no news of the session.
    return replace(session, at=float(session.pushed + round(off)))
