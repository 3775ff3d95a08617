"""Verbs on shared data, all on one store."""

from __future__ import annotations

from parallel_tui.model.lazy import Lazy, lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from parallel_tui.model.hosts.shared import SharedSession
    from parallel_tui.ports.store import Store
    from parallel_tui.ports.system import Holders
    from parallel_tui.services.session.identity import Identity
    from parallel_tui.services.session.lookup import Sessions
    from parallel_tui.services.sharing.events import Events
    from parallel_tui.services.sharing.handoffs import Handoffs
    from parallel_tui.services.sharing.locks import Locks
    from parallel_tui.services.sharing.registry import Registry
    from parallel_tui.services.sharing.status_page import StatusPage
    from parallel_tui.services.sharing.tasks import Tasks


class Shared(Lazy):
    """Locks, register, handoffs, events and tasks of one repository.

    Each is imported when it is first asked for: a command speaks to one of them.

    Attributes:
        store: What sessions share.

    Args:
        answering: Says, by the id of a handoff, how an agent answers it.
        elsewhere: Sessions that other machines share, as known last.
        served: Whether other machines see what is shared here.
    """

    def __init__(
        self,
        *,
        store: Store,
        sessions: Sessions,
        env: Mapping[str, str],
        cwd: str,
        holders: Holders,
        answering: Callable[[str], str],
        elsewhere: Callable[[], Sequence[SharedSession]] = tuple,
        served: bool = False,
    ) -> None:
        super().__init__()
        self.store = store
        self._sessions = sessions
        self._env = env
        self._cwd = cwd
        self._holders = holders
        self._answering = answering
        self._elsewhere, self._served = elsewhere, served

    @lazy
    def identity(self) -> Identity:
        """Who asks."""
        from parallel_tui.services.session.identity import Identity

        return Identity(self._sessions, self._env, self._cwd, self._holders)

    @lazy
    def status(self) -> StatusPage:
        """The page for sessions to read."""
        from parallel_tui.services.sharing.status_page import StatusPage

        return StatusPage(self._sessions, self.store)

    @lazy
    def locks(self) -> Locks:
        """Who may write what."""
        from parallel_tui.services.sharing.locks import Locks

        return Locks(self.store, self.identity, self.status, self._holders)

    @lazy
    def registry(self) -> Registry:
        """Which sessions there are and what they say they do."""
        from parallel_tui.services.sharing.registry import Registry

        return Registry(self.store, self.identity, self.status)

    @lazy
    def handoffs(self) -> Handoffs:
        """Work passed from one to another."""
        from parallel_tui.services.sharing.handoffs import Handoffs

        return Handoffs(
            self.store,
            self.identity,
            self.status,
            self._answering,
            self._elsewhere,
            self._served,
        )

    @lazy
    def events(self) -> Events:
        """Messages."""
        from parallel_tui.services.sharing.events import Events

        return Events(self.store, self.identity)

    @lazy
    def tasks(self) -> Tasks:
        """Lists of work."""
        from parallel_tui.services.sharing.tasks import Tasks

        return Tasks(self.store, self.identity, self.status)
