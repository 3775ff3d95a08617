"""Whether anything may be typed into an agent that has reached its limit.

Nothing is while the limit lasts. Once it has ended a person may; nobody else may, unless the user
has asked for that. Then one prompt a limit goes out by itself, and none any more once three in a
row were spent on agents that met their limit again at once: what waits stays where it is until
a person sends or delivers something. The journal tells how many those were, so that it counts
for all dashboards together, and beyond their end.
"""

from __future__ import annotations

from enum import StrEnum

from parallel_tui.model.text.words import clock as on_clock
from parallel_tui.record import dataclass
from parallel_tui.services.session.identity import USER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from parallel_tui.model.agent.rest import Resting
    from parallel_tui.ports.store import Store
    from parallel_tui.ports.system import Clock

MARGIN: Final = 30.0
"""Seconds after the end of a limit at which a prompt goes out by itself: a limit is told to the
minute, and servers are late."""

AT_ONCE: Final = 900.0
"""Seconds within which an agent that meets its limit again has got nowhere: it tries for some
three minutes before it says so."""

MOST: Final = 3
"""Prompts in a row that may be spent on an agent that gets nowhere."""

_LOOK_BACK: Final = 500
"""Journal entries that are looked through."""


class Occasion(StrEnum):
    """Why a message is to be delivered now."""

    ASKED = "asked"
    """A person asks for just that."""
    SENT = "sent"
    """A person sends one."""
    SENT_BY_SESSION = "sent by a session"
    SEEN = "seen"
    """An agent was seen to be at rest; nobody asks."""


@dataclass(frozen=True, slots=True)
class HeldBack:
    """Why a message is not delivered to an agent at rest.

    Attributes:
        why: In words that follow "because".
        parked: Whether it waits for a person from now on, and somebody should be told.
    """

    why: str
    parked: bool = False


@dataclass(frozen=True, slots=True)
class AfterLimit:
    """Holds messages for agents that have reached their limits.

    Attributes:
        store: Its journal tells what was delivered after earlier limits.
        clock: Epoch seconds.
        allowed: Whether a prompt goes out by itself once a limit has ended.
    """

    store: Store
    clock: Clock
    allowed: bool = False

    def held(self, session: str, resting: Resting, occasion: Occasion) -> HeldBack | None:
        """Why nothing is delivered to an agent at rest; `None` when it may be.

        Args:
            session: Its name.
            resting: The agent.
            occasion: Why it is to be delivered.
        """
        if not resting.limited:
            return None
        now, until = self.clock(), resting.until
        if until is None:
            if occasion is Occasion.ASKED:
                return None
            return HeldBack("its agent has reached its limit, and does not say until when")
        if now < until + (MARGIN if occasion is Occasion.SEEN else 0.0):
            return HeldBack(f"its agent's limit lasts until {on_clock(until, now)}")
        if occasion in (Occasion.ASKED, Occasion.SENT):
            return None
        if occasion is Occasion.SENT_BY_SESSION or not self.allowed:
            return HeldBack("its agent's limit has ended, and a person is to deliver what waits")
        return self._spent(session, resting)

    def delivered(self, session: str, resting: Resting, message: str, occasion: Occasion) -> None:
        """Write down what was typed, where that matters after the next limit.

        Args:
            session: Its name.
            resting: The agent, as it was before.
            message: Id of the message.
            occasion: Why it was delivered.
        """
        about: dict[str, str | int] = {"id": message, "to": session}
        if occasion is Occasion.SEEN:
            if not resting.limited:
                return
            about["limits"] = 1 + self._in_a_row(session, resting)
        elif occasion is not Occasion.ASKED:
            return  # that it was sent is written down
        with self.store.change(USER) as tx:
            tx.journal.add("deliver", {**about})

    def _spent(self, session: str, resting: Resting) -> HeldBack | None:
        last = self._last(session)
        if last is not None and resting.stamp < last[1]:
            return HeldBack("one prompt has gone out since its agent's limit ended")
        if self._in_a_row(session, resting) >= MOST:
            why = f"its agent met its limit again at once, {MOST} times in a row"
            return HeldBack(why, parked=True)
        return None

    def _in_a_row(self, session: str, resting: Resting) -> int:
        """How many prompts in a row led to nothing but this limit."""
        last = self._last(session)
        return last[0] if last is not None and resting.stamp - last[1] < AT_ONCE else 0

    def _last(self, session: str) -> tuple[int, float] | None:
        """The last prompt that went out by itself: its number in its row, and when.

        `None` where there was none since a person sent or delivered something.
        """
        for entry in self.store.journal(_LOOK_BACK):
            if entry.who != USER or entry.about.get("to") != session:
                continue
            if entry.what == "deliver":
                number = entry.about.get("limits")
                return (number, entry.when / 1000) if isinstance(number, int) else None
            if entry.what == "send":
                return None
        return None
