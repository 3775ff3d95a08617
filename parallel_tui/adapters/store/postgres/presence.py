"""Which machines use the store, and what one that listens does every now and then."""

from __future__ import annotations

import time

from parallel_tui.adapters.store.postgres.hosts import BEAT
from parallel_tui.adapters.store.postgres.server.escaping import unescaped
from parallel_tui.model.machine.lease import Lease
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Final

    from parallel_tui.adapters.store.postgres.known import LastKnown
    from parallel_tui.adapters.store.postgres.server.address import Row
    from parallel_tui.adapters.store.postgres.server.link import Link

_ASKED: Final = (
    "SELECT name, about->>'shares_as', until > clock_timestamp(),"
    " extract(epoch FROM clock_timestamp() - seen)::float8, skew::float8"
    " FROM pdev.host WHERE repository = %s ORDER BY name"
)


@dataclass(slots=True, eq=False)
class Presence:
    """What is known of machines, told only when it is different.

    Attributes:
        leases: By the machines' own names.
    """

    leases: tuple[Lease, ...] = ()

    def look(self, link: Link) -> bool:
        """Ask the server; returns whether anything is different.

        Args:
            link: A connection that is ready.

        Raises:
            CouldNotLookError: When the server cannot be asked.
        """
        (rows,) = link.run(_ASKED, link.id)
        now, before = time.time(), {each.name: each for each in self.leases}
        found = tuple(_lease(row, now, link.skew, before) for row in rows)
        news, self.leases = found != self.leases, found
        return news


def _lease(row: Row, now: float, ahead: float, before: Mapping[str, Lease]) -> Lease:
    name, shares_as, present, ago, skew = row
    found = Lease(
        str(shares_as) if shares_as else unescaped(str(name)),
        present=bool(present),
        heard=now - float(str(ago)),
        behind=float(str(skew)) - ahead,
    )
    was = before.get(found.name)
    # One that is there is heard of again and again, and that is no news.
    same = was is not None and was.present == found.present and abs(was.behind - found.behind) < 1
    if was is not None and same and (found.present or abs(was.heard - found.heard) < BEAT):
        return was
    return found


@dataclass(frozen=True, slots=True)
class Staying:
    """What a view that listens to the server does beside it.

    Attributes:
        known: What was known last, which is so still as long as no news come.
        presence: Which machines are there.
        link: A connection to ask by.
        say: Says that this machine is there.
        about: What this machine says of itself.
        changed: Called when something may have changed.
    """

    known: LastKnown
    presence: Presence
    link: Link
    say: Callable[[], None]
    about: Callable[[], Mapping[str, object]]
    changed: Callable[[], None]

    def told(self) -> None:
        """Something may have changed."""
        self.known.heard += 1
        self.changed()

    def beat(self) -> None:
        """Say that this machine is there, and look who else is, where work is shared.

        Raises:
            CouldNotLookError: When the server cannot be asked.
        """
        self.say()
        if self.known.current == self.known.heard:
            self.known.confirm()
        if self.about().get("shares_as") and self.presence.look(self.link):
            self.changed()
