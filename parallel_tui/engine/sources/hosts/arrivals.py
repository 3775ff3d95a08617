"""How long pushes of other machines are under way, by their clocks and ours."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from parallel_tui.model.hosts.shared import SharedSession


class Arrivals:
    """Measures what arrives while somebody looks.

    What was pushed while nobody looked says nothing: it may have been there for hours.

    Args:
        clock: Epoch seconds, by the clock of the view: it goes on while the machine sleeps.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lags: dict[str, float] = {}
        self._looked: float | None = None

    @property
    def lags(self) -> tuple[tuple[str, float], ...]:
        """As in `HostsView`."""
        return tuple(sorted(self._lags.items()))

    def recall(self, lags: Iterable[tuple[str, float]]) -> None:
        """Take what another process of this clone has measured."""
        self._lags.update(lags)

    def forget(self) -> None:
        """Nobody looks now: what comes next may have come long before."""
        self._looked = None

    def looks_on(self, pause: float) -> bool:
        """Whether the remote was asked not much longer than a pause ago, so that what comes is new.

        Args:
            pause: Seconds.
        """
        since = None if self._looked is None else self._clock() - self._looked
        return since is not None and 0 <= since <= 2 * pause

    def looked(self) -> None:
        """Note that the remote has answered just now."""
        self._looked = self._clock()

    def note(self, before: Iterable[SharedSession], now: Iterable[SharedSession]) -> None:
        """Note how long what has arrived just now was under way.

        Args:
            before: Sessions of other machines as they were.
            now: The same as they are.
        """
        known = {each.key: each.commit for each in before}
        moment = self._clock()
        for each in now:
            if known.get(each.key) != each.commit:
                self._lags[each.host] = moment - each.pushed
