"""What this machine shares, and what others share with it. Pure."""

from __future__ import annotations

from parallel_tui.model.hosts.shared import ShareMode
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.model.fact import Fact
    from parallel_tui.model.hosts.shared import SharedSession
    from parallel_tui.model.machine.lease import Lease
    from parallel_tui.model.session.git_status import StatusEntry
    from parallel_tui.model.session.worktree import Worktree


@dataclass(frozen=True, slots=True)
class Sharing:
    """What a clone shares; the choice of its user, kept beside its git directory.

    Attributes:
        mode: What.
        remote: Through which remote.
        host: Under which name.
        clone: Tells this clone apart from every other, also on the same machine.
    """

    mode: ShareMode = ShareMode.OFF
    remote: str = ""
    host: str = ""
    clone: str = ""

    @property
    def on(self) -> bool:
        """Whether anything is shared."""
        return self.mode is not ShareMode.OFF


@dataclass(frozen=True, slots=True)
class Offered:
    """A session of this machine, to be shared.

    Attributes:
        name: Its name.
        worktree: Its worktree.
        status: Its uncommitted changes, or why they are not known.
        at_base: Whether it is the main worktree where base is: without uncommitted work it has none
            of its own.
    """

    name: str
    worktree: Worktree
    status: Fact[tuple[StatusEntry, ...]]
    at_base: bool = False


@dataclass(frozen=True, slots=True)
class SharedWork:
    """What came of sharing.

    Attributes:
        names: Sessions that others see now.
        held: Sessions that they do not see, each with the reason.
        pushed: How many refs were changed.
    """

    names: tuple[str, ...] = ()
    held: tuple[tuple[str, str], ...] = ()
    pushed: int = 0


@dataclass(frozen=True, slots=True)
class SharingNote:
    """What the process of a clone that pushes tells the others of it.

    Attributes:
        sent: What came of sharing.
        trouble: What keeps it from working; empty when nothing does.
        lags: As in `HostsView`.
    """

    sent: SharedWork = SharedWork()
    trouble: str = ""
    lags: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class HostsView:
    """Work across machines, as one of them knows it.

    Attributes:
        sharing: What this machine shares.
        sent: What came of it.
        sessions: Sessions of other machines, by host and name.
        refused: Refs that are not believed, each with the reason.
        lags: By machine, seconds from its last push that arrived while we looked until it was seen,
            the one by its clock and the other by ours: less than nothing where its clock is ahead.
        pushing: Whether this process pushes and fetches; another one of this clone does otherwise.
        leases: What a store on a server knows of machines; empty without one that answers.
    """

    sharing: Sharing
    sent: SharedWork = SharedWork()
    sessions: tuple[SharedSession, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    lags: tuple[tuple[str, float], ...] = ()
    pushing: bool = True
    leases: tuple[Lease, ...] = ()

    def session(self, key: str) -> SharedSession | None:
        """A session by `name@host`."""
        return next((each for each in self.sessions if each.key == key), None)
