"""Type what waits for a session into its agent, once that is proved at rest.

Never typed blind: what counts is what the agent says of itself, read anew in the moment before; a
person who uses the pane is never interrupted; and what was typed is never typed again.
"""

from __future__ import annotations

from parallel_tui.errors import MuxError
from parallel_tui.model.agent.drafts import drafting
from parallel_tui.model.sharing.message import TURNS, Message, MessageKind, Outcome
from parallel_tui.patience import Patience
from parallel_tui.record import dataclass
from parallel_tui.services.reaching.after_limit import Occasion

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

    from parallel_tui.model.agent.rest import Resting
    from parallel_tui.model.session.join import Joined
    from parallel_tui.ports.mux import Mux
    from parallel_tui.ports.store import Store
    from parallel_tui.ports.system import Clock
    from parallel_tui.services.reaching.after_limit import AfterLimit
    from parallel_tui.services.reaching.rest import Rest

QUIET_KEYS: Final = 5.0
"""Seconds without a key from whoever has the pane before them."""

PATIENCE: Final = 5.0
"""Seconds in which an agent that was given a prompt says that it works."""

_ONLY_SYNC: Final = "nothing waits for its agent, only a sync of its session"


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of the queue of one session.

    Attributes:
        delivered: Ids of messages that the agent took up.
        failed: Ids of messages that were typed and that it did not take up.
        why: Why the rest waits, in words that follow "because".
        warnings: What a person should look at.
        parked: Whether nothing more goes out by itself, which somebody should be told.
    """

    delivered: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    why: str = "nothing waits"
    warnings: tuple[str, ...] = ()
    parked: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """Types the oldest message of a queue.

    Attributes:
        store: Where messages wait.
        rest: Proof that an agent is at rest.
        mux: Types.
        clock: Epoch seconds.
        after_limit: Holds what is for agents that have reached a limit.
    """

    store: Store
    rest: Rest
    mux: Mux
    clock: Clock
    after_limit: AfterLimit

    def next_of(self, session: Joined, occasion: Occasion = Occasion.ASKED) -> Delivered:
        """Deliver the oldest message that waits for a session, as the next turn of its agent.

        Args:
            session: With its windows, read just now.
            occasion: Why it is delivered now.

        Raises:
            RefusedError: When the queue cannot be changed; nothing was typed then.
        """
        queued = self.store.outbox.queued(session.name)
        waiting = [each for each in queued if each.kind in TURNS]
        if not waiting:
            return Delivered(why=_ONLY_SYNC) if _has_sync(queued) else Delivered()
        # Two who find it at rest in the same moment would both type.
        with self.store.outbox.alone(session.name) as alone:
            if not alone:
                return Delivered(why="another message is being delivered to it")
            return self._next_of(session, waiting, occasion)

    def _next_of(self, session: Joined, waiting: list[Message], occasion: Occasion) -> Delivered:
        found = self.rest.proved(session)
        if isinstance(found, str):
            return Delivered(why=found)
        held = self.after_limit.held(session.name, found, occasion)
        if held is not None:
            return Delivered(why=held.why, parked=held.parked)
        if found.limited and occasion is Occasion.SEEN:
            waiting = [each for each in waiting if each.kind is MessageKind.PROMPT]
        try:
            pid, why = self.free(found)
        except MuxError as error:
            return Delivered(why=f"its pane could not be looked at: {error.message}")
        if why:
            return Delivered(why=why)
        done = self._type(session, found, pid, waiting)
        for message_id in (*done.delivered, *done.failed):
            self.after_limit.delivered(session.name, found, message_id, occasion)
        return done

    def free(self, resting: Resting) -> tuple[int, str]:
        """First process of the agent's pane, and why nobody may disturb it now; empty when so.

        Raises:
            MuxError: When the pane cannot be looked at.
        """
        seen = self.mux.pane_input(resting.pane)
        if seen.taken:
            return seen.pid, "somebody scrolls in its pane"
        if seen.last_key is not None and self.clock() - seen.last_key < QUIET_KEYS:
            return seen.pid, "somebody is typing in its pane"
        if drafting(resting.agent, seen.screen, seen.cursor):
            return seen.pid, "something stands in its input, or may"
        return seen.pid, ""

    def _type(
        self, session: Joined, resting: Resting, pid: int, waiting: list[Message]
    ) -> Delivered:
        outbox = self.store.outbox
        message = next((each for each in waiting if outbox.take(each, Outcome.DELIVERED)), None)
        if message is None:
            return Delivered()
        try:
            typed = self.mux.type_into(resting.pane, pid, as_turn(message))
        except MuxError as error:
            # Whether it was typed is not known, and twice is worse than not at all.
            return self._parked(session, message, error.message)
        if not typed:
            outbox.give_back(message, Outcome.DELIVERED)
            return Delivered(why="its pane changed in that moment")
        if not self._taken_up(resting, session):
            return self._parked(session, message, "the agent did not begin to work on it")
        left = len(waiting) - 1
        return Delivered(
            delivered=(message.id,), why="its agent works on another message" if left else ""
        )

    def _taken_up(self, resting: Resting, session: Joined) -> bool:
        patience = Patience(PATIENCE)
        while not self.rest.went_on(resting, session):
            if patience.over:
                return False
            patience.rest()
        return True

    def _parked(self, session: Joined, message: Message, why: str) -> Delivered:
        self.store.outbox.settle(message, Outcome.FAILED)
        told = (
            f"{session.name}: a message was typed into its window, and {why}. Look at the window; "
            "it is not typed again"
        )
        return Delivered(failed=(message.id,), why=why, warnings=(told,))


def _has_sync(queued: Sequence[Message]) -> bool:
    return any(each.kind is MessageKind.SYNC for each in queued)


def as_turn(message: Message) -> str:
    """A message as its agent reads it: what another session sends says so."""
    if message.kind is MessageKind.HANDOFF:
        return f"Handoff from the session {message.sender}:\n{message.text}"
    if message.sender != "user":
        return f"Message from the session {message.sender}:\n{message.text}"
    return message.text
