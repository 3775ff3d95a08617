"""Send, read and clear events (guide: event-coordinator)."""

from __future__ import annotations

from parallel_tui.errors import RefusedError, UsageError
from parallel_tui.model.scope import COORDINATION
from parallel_tui.model.text import strict_json, words
from parallel_tui.model.text.patterns import pattern
from parallel_tui.record import dataclass
from parallel_tui.services.receipt import Acknowledged, EventsCleaned, Sent

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

    from parallel_tui.model.sharing.coordination import Event
    from parallel_tui.model.text.strict_json import Json
    from parallel_tui.ports.store import Store
    from parallel_tui.services.session.identity import Identity

_TYPE: Final = pattern(r"^[a-z][a-z0-9_]{0,63}$")
_MAX_PAYLOAD: Final = 64 * 1024
HOUR_MS: Final = 3_600_000


@dataclass(frozen=True, slots=True)
class Events:
    """Emits, lists, acknowledges and cleans events.

    Attributes:
        store: What sessions share.
        identity: Who asks.
    """

    store: Store
    identity: Identity

    def emit(
        self,
        kind: str,
        *,
        session: str | None = None,
        to: Sequence[str] = (),
        payload: str = "null",
    ) -> Sent:
        """Send an event.

        Args:
            kind: Type: lower-case letters, digits and `_`.
            session: Sender; `None` to find out.
            to: Receivers; none for everybody.
            payload: JSON text.

        Raises:
            UsageError: When the type is no word or the payload is no JSON.
        """
        if not _TYPE.match(kind):
            raise UsageError(
                f"{kind!r} cannot be a type of event", hint="Use lower-case letters, digits and _."
            )
        if len(payload.encode(errors="surrogateescape")) > _MAX_PAYLOAD:
            raise UsageError(
                f"The payload is larger than {words.size(_MAX_PAYLOAD)}",
                hint="Put it in a file and send its path.",
            )
        try:
            value = strict_json.parse(payload)
        except strict_json.NotJsonError as error:
            raise UsageError(f"The payload is not JSON: {error}") from error
        sender = self.identity.name(session)
        receivers = tuple(dict.fromkeys(self.identity.name(each) for each in to))
        with self.store.change(sender) as tx:
            event_id = tx.events.emit(kind, sender, value, receivers)
            tx.journal.add("event", {"id": event_id, "type": kind})
        told = self._tell_agents(event_id, kind, sender, value, receivers)
        return Sent(
            f"Sent “{kind}” to {', '.join(receivers) or 'all sessions'}",
            (COORDINATION,),
            warnings=(*tx.warnings, *told),
            id=event_id,
        )

    def _tell_agents(
        self, event_id: str | None, kind: str, sender: str, value: Json, receivers: Sequence[str]
    ) -> tuple[str, ...]:
        """Queue an event for the agents it is for that have hooks; returns why one is not told."""
        warnings: list[str] = []
        for name in receivers:
            if name == sender or not self.store.listens(name):
                continue
            from parallel_tui.model.sharing.coordination import Event
            from parallel_tui.model.sharing.message import MessageKind
            from parallel_tui.model.sharing.sentences import event_words

            payload = strict_json.readable(value)
            told = Event(event_id or "", kind, sender, payload, recipients=tuple(receivers))
            try:
                self.store.outbox.add(name, MessageKind.EVENT, sender, event_words(told))
            except RefusedError as error:
                warnings.append(f"the agent of {name} is not told: {error.message}")
        return tuple(warnings)

    def all(self, *, unread_by: str | None = None) -> tuple[Event, ...]:
        """Every event, newest first; only those unread by a session, if one is named."""
        events = self.store.read(events=None).demand("events").events
        if unread_by is None:
            return events
        return tuple(event for event in events if event.unread_by(unread_by))

    def acknowledge(
        self, ids: Sequence[str], *, session: str | None = None, everything: bool = False
    ) -> Acknowledged:
        """Mark events as seen by a session. Repeating it is harmless."""
        who = self.identity.name(session)
        with self.store.change(who) as tx:
            if everything:
                every = tx.events.all()
                ids = [each.id for each in every if each.problem is None and each.unread_by(who)]
            new = sum(tx.events.acknowledge(event_id, who) for event_id in ids)
        return Acknowledged(
            f"{who} has seen {words.plural(new, 'event')}",
            (COORDINATION,),
            new=new,
        )

    def clean(
        self, *, older_ms: int = HOUR_MS, unread_too: bool = False, dry_run: bool = False
    ) -> EventsCleaned:
        """Delete old events that every addressed session has seen.

        Args:
            older_ms: Age in milliseconds (guide: an hour).
            unread_too: Also those not yet seen by all, which the guide's script does.
            dry_run: Only say what would go.
        """
        who = self.identity.sessions
        with self.store.change("user") as tx:
            now = int(tx.now * 1000)
            names = [each.name for each in who.all()]
            old = [
                event
                for event in tx.events.all()
                if event.problem is None
                and now - event.timestamp > older_ms
                and (unread_too or not any(event.unread_by(name) for name in names))
            ]
            if old and not dry_run:
                for event in old:
                    tx.events.remove(event.id)
                tx.journal.add("clean events", {"removed": len(old)})
        verb = "Would remove" if dry_run else "Removed"
        return EventsCleaned(
            f"{verb} {words.plural(len(old), 'event')}",
            (COORDINATION,),
            warnings=tx.warnings,
            removed=0 if dry_run else len(old),
            found=len(old),
        )
