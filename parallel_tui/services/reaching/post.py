"""Send messages to the agents of sessions, see which wait, and take them back."""

from __future__ import annotations

from parallel_tui.advice import Act, Advice
from parallel_tui.errors import RefusedError, UsageError
from parallel_tui.model.scope import COORDINATION
from parallel_tui.model.sharing.message import MessageKind, Outcome, checked_text
from parallel_tui.model.text.words import plural
from parallel_tui.record import dataclass
from parallel_tui.services.reaching.after_limit import Occasion
from parallel_tui.services.reaching.receipts import Posted, Revoked
from parallel_tui.services.session.identity import USER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from parallel_tui.model.session.join import Joined
    from parallel_tui.model.sharing.message import Message
    from parallel_tui.ports.store import Store
    from parallel_tui.services.reaching.delivery import Delivery
    from parallel_tui.services.session.identity import Identity
    from parallel_tui.services.session.lookup import Sessions

_KEPT = 7 * 86400.0
"""Seconds after which messages are forgotten, delivered or not."""


@dataclass(frozen=True, slots=True)
class Post:
    """Queues messages, and delivers at once what can be delivered.

    Attributes:
        store: Where they wait.
        sessions: Look-up of what exists.
        identity: Who sends.
        delivery: Types a message into an agent that is proved at rest.
    """

    store: Store
    sessions: Sessions
    identity: Identity
    delivery: Delivery

    def send(
        self,
        names: Sequence[str],
        text: str,
        *,
        everyone: bool = False,
        sender: str | None = None,
        later: bool = False,
    ) -> Posted:
        """Send a prompt to the agents of sessions.

        An agent that is proved at rest gets it as its next turn, at once. For any other it waits:
        the agent's hook tells it, or it is typed once the agent comes to rest.

        Args:
            names: The sessions, by name.
            text: What to say; of several lines if need be.
            everyone: To every session with a window, but for the sender's own; then without names.
            sender: Session that sends; `None` for the one this environment names, else the user.
            later: Queue it, whatever the agents do.

        Raises:
            UsageError: When there is no such session, none is named, or the text is none.
            MuxError: When it cannot be told what windows there are.
        """
        clean = checked_text(text)
        by = self.identity.told(sender) or USER
        receivers = self._receivers(names, everyone=everyone, by=by)
        self.store.outbox.tidy(self.store.now() - _KEPT)
        sent = [
            self.store.outbox.add(each.name, MessageKind.PROMPT, by, clean) for each in receivers
        ]
        delivered: list[str] = []
        waiting: dict[str, str] = {}
        warnings: list[str] = []
        occasion = Occasion.SENT if by == USER else Occasion.SENT_BY_SESSION
        for session, message in zip(receivers, sent, strict=True):
            if later:
                waiting[session.name] = "you asked for that"
                continue
            done = self.delivery.next_of(session, occasion)
            warnings += done.warnings
            if message.id in done.delivered:
                delivered.append(session.name)
            elif message.id not in done.failed:
                waiting[session.name] = done.why
        with self.store.change(by) as tx:
            for message in sent:
                about = {"id": message.id, "to": message.session, "text": clean[:200]}
                tx.journal.add("send", {**about})
        return Posted(
            message=_told(delivered, waiting),
            scopes=(COORDINATION,),
            warnings=(*warnings, *tx.warnings),
            session=receivers[0].name if len(receivers) == 1 else None,
            ids=tuple(message.id for message in sent),
            delivered=tuple(delivered),
            queued=tuple(waiting),
        )

    def deliver(self, name: str, *, unasked: bool = False) -> Posted:
        """Deliver the oldest message that waits for a session, if its agent is at rest.

        Args:
            name: The session.
            unasked: No person asks for it: the agent was seen to be at rest. After a limit that is
                done only where the user has set that it is; once what waits is parked, the receipt
                says so and has no ids.

        Raises:
            UsageError: When there is no such session.
            RefusedError: When nothing waits, or the agent cannot take it now; it goes on waiting.
        """
        session = self.sessions.find(name, windows_matter=True)
        done = self.delivery.next_of(session, Occasion.SEEN if unasked else Occasion.ASKED)
        if done.parked:
            return Posted(
                message=f"What waits for {session.name} is no longer delivered by itself: "
                f"{done.why}. Deliver it yourself",
                session=session.name,
                ids=(),
                delivered=(),
                queued=(session.name,),
            )
        if not done.delivered and not done.failed:
            raise RefusedError(f"Nothing was delivered to {session.name}: {done.why}.")
        took = bool(done.delivered)
        return Posted(
            message=f"Delivered to {session.name}" if took else "Typed, and not taken up",
            scopes=(COORDINATION,),
            warnings=done.warnings,
            session=session.name,
            ids=(*done.delivered, *done.failed),
            delivered=(session.name,) if took else (),
            queued=(),
        )

    def queued(self, session: str | None = None) -> tuple[Message, ...]:
        """Messages that still wait, oldest first; of one session, or of all."""
        return self.store.outbox.queued(session)

    def revoke(self, ids: Sequence[str], *, session: str | None = None) -> Revoked:
        """Take messages back that still wait.

        Args:
            ids: Their ids.
            session: Instead of ids: all that wait for this session.

        Raises:
            UsageError: When nothing is named.
            RefusedError: When one of them waits no more; the others are taken back.
        """
        if bool(ids) == (session is not None):
            raise UsageError(
                "Name the messages to take back, or the session.",
                advice=(Advice("See which wait: ", Act.QUEUE),),
            )
        waiting = self.queued(session)
        wanted = [each for each in waiting if session is not None or each.id in ids]
        taken = [each for each in wanted if self.store.outbox.take(each, Outcome.REVOKED)]
        lost = [each for each in ids if each not in {message.id for message in taken}]
        if taken:
            with self.store.change(self.identity.acting()) as tx:
                for each in taken:
                    tx.journal.add("revoke", {"id": each.id, "to": each.session})
        if lost:
            raise RefusedError(
                f"{', '.join(lost)} is not waiting any more: it was delivered or taken back, or "
                "never was."
            )
        return Revoked(
            message=f"Took back {plural(len(taken), 'message')}",
            scopes=(COORDINATION,),
            revoked=tuple(each.id for each in taken),
        )

    def _receivers(self, names: Sequence[str], *, everyone: bool, by: str) -> list[Joined]:
        if bool(names) == everyone:
            raise UsageError(
                "Name the sessions to send to, or send to all of them.",
                advice=(Advice("See which there are: ", Act.LIST),),
            )
        if everyone:
            found = [
                each
                for each in self.sessions.all(windows_matter=True)
                if each.windows and each.name != by
            ]
            if not found:
                raise RefusedError("No other session has a window.")
            return found
        known = [self.sessions.find(name, windows_matter=True) for name in names]
        return list({each.key: each for each in known}.values())


def _told(delivered: Sequence[str], waiting: Mapping[str, str]) -> str:
    parts = [f"Sent to {', '.join(delivered)}"] if delivered else []
    parts += [f"queued for {name}, because {why}" for name, why in waiting.items()]
    told = "; ".join(parts) or "Typed, and not taken up"
    return told[0].upper() + told[1:]
