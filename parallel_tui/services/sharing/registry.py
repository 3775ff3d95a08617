"""Register sessions and their progress (guide: sync-state, `parallel-state.json`)."""

from __future__ import annotations

from parallel_tui.errors import UsageError
from parallel_tui.model.scope import COORDINATION
from parallel_tui.model.sharing.coordination import HandoffState, SessionRecord
from parallel_tui.record import dataclass, replace
from parallel_tui.services.receipt import Ended, Receipt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Final

    from parallel_tui.model.session.join import Joined
    from parallel_tui.model.text.strict_json import Json
    from parallel_tui.ports.store import Store, Transaction
    from parallel_tui.services.session.identity import Identity
    from parallel_tui.services.sharing.status_page import StatusPage

ENDED: Final = "its session ended"
"""Why a handoff goes back to its sender without an answer."""

STATUSES: Final = ("active", "idle", "blocked")
"""The guide's words for what a session does."""


@dataclass(frozen=True, slots=True)
class Registry:
    """Registers sessions and what they report about themselves.

    Attributes:
        store: What sessions share.
        identity: Who asks.
        status: The page for sessions to read, brought up to date by every change.
    """

    store: Store
    identity: Identity
    status: StatusPage

    def register(
        self, session: str | None = None, *, status: str = "active", task: str | None = None
    ) -> Receipt:
        """Register a session, or update its record."""
        if status not in STATUSES:
            raise UsageError(
                f"{status!r} is no status of a session", hint=f"One of: {', '.join(STATUSES)}."
            )
        name = self.identity.name(session)
        live = self.identity.session(name)
        with self.store.change(name) as tx:
            record = tx.sessions.get(name) or SessionRecord(name, status)
            record = replace(
                record, status=status, last_update=_ms(tx), ended=None, before_end=None
            )
            if task is not None:
                record = replace(record, current_task=task or None)
            tx.sessions.put(_placed(record, live))
            tx.journal.add("register", {"status": status, "task": task})
            self.status.refresh(tx)
        return Receipt(
            f"{name} is {status}",
            (COORDINATION,),
            warnings=tx.warnings,
            session=name,
        )

    def converse(self, name: str, agent: str, conversation: str) -> tuple[str, ...]:
        """Remember the conversation of an agent that was started, so that it can be opened again.

        Args:
            name: The session.
            agent: Which kind of agent.
            conversation: Its id.

        Returns:
            What did not go as wished.
        """
        live = self.identity.session(name)
        with self.store.change(name) as tx:
            record = tx.sessions.get(name) or SessionRecord(name, "active")
            record = replace(record, agent=agent, conversation=conversation)
            record = replace(record, last_update=_ms(tx), ended=None, before_end=None)
            tx.sessions.put(_placed(record, live))
            tx.journal.add("converse", {"agent": agent, "conversation": conversation})
        return tx.warnings

    def after(self, name: str, earlier: Collection[str]) -> Receipt:
        """Write down what a session is to land after, in place of what was said before.

        Args:
            name: The session.
            earlier: Names of the others; none for nothing.
        """
        live = self.identity.session(name)
        with self.store.change(name) as tx:
            record = tx.sessions.get(name) or SessionRecord(name, "active")
            record = replace(record, after=tuple(dict.fromkeys(earlier)), last_update=_ms(tx))
            tx.sessions.put(_placed(replace(record, ended=None, before_end=None), live))
            tx.journal.add("after", {"after": list(earlier)})
        told = f"after {', '.join(earlier)}" if earlier else "whenever it is ready"
        return Receipt(f"{name} lands {told}", (COORDINATION,), warnings=tx.warnings, session=name)

    def end(self, session: str | None = None) -> Ended:
        """Mark a session as ended: release its locks and return its open handoffs.

        A handoff that goes back is closed as declined, and its sender gets an event with the task
        and the reason. Whoever waits for a lock in the session's name waits no longer. A session
        that is not registered is no error.
        """
        name = self.identity.name(session)
        with self.store.change(name) as tx:
            now = _ms(tx)
            record = tx.sessions.get(name)
            if record is not None:
                before = record.before_end
                if record.ended is None:
                    before = (record.status, record.current_task)
                ended = replace(record, status="idle", current_task=None, ended=now)
                tx.sessions.put(replace(ended, last_update=now, before_end=before))
            locks = [lock for lock in tx.locks.all() if lock.is_of(name)]
            for lock in locks:
                tx.locks.remove(lock)
            queue = tx.waiting.all()
            left = [each for each in queue if each.owner != name or each.elsewhere]
            if len(left) != len(queue):
                tx.waiting.replace(left)
            returned = [each for each in tx.handoffs.all() if each.open and each.receiver == name]
            about: dict[str, Json] = {"released": len(locks), "returned": len(returned)}
            tx.events.emit("session_ended", name, about)
            for handoff in returned:
                state = HandoffState.DECLINED
                tx.handoffs.put(replace(handoff, state=state, why=ENDED, changed=now))
                told: dict[str, Json] = {"id": handoff.id, "state": state.value, "why": ENDED}
                tx.events.emit("handoff", name, {**told, "task": handoff.task}, (handoff.sender,))
            tx.journal.add("end", about)
            self.status.refresh(tx)
        return Ended(
            f"{name} ended",
            (COORDINATION,),
            warnings=tx.warnings,
            locks=len(locks),
            handoffs=len(returned),
        )

    def resume(self, name: str) -> None:
        """Clear the mark of having ended from a session that is working again.

        A session that is not registered is no error. Locks and handoffs are not taken again: others
        may have them now.
        """
        with self.store.change(name) as tx:
            record = tx.sessions.get(name)
            if record is None:
                return
            if record.before_end is not None:
                status, task = record.before_end
                record = replace(record, status=status, current_task=task)
            record = replace(record, ended=None, before_end=None, last_update=_ms(tx))
            tx.sessions.put(_placed(record, self.identity.session(name)))
            tx.journal.add("resume", {"status": record.status})
            self.status.refresh(tx)

    def complete(self, task: str, session: str | None = None) -> Receipt:
        """Report a task complete (guide: `completeTask`) and tell the others."""
        if not task.strip():
            raise UsageError("Name the task that is complete")
        name = self.identity.name(session)
        with self.store.change(name) as tx:
            tx.tasks.complete(task)
            record = tx.sessions.get(name)
            if record is not None:
                tx.sessions.put(replace(record, current_task=None, last_update=_ms(tx)))
            tx.events.emit("task_complete", name, {"task": task})
            tx.journal.add("task done", {"task": task})
            self.status.refresh(tx)
        return Receipt(f"Done: {task}", (COORDINATION,), warnings=tx.warnings, session=name)

    def all(self) -> tuple[SessionRecord, ...]:
        """Every registered session.

        Raises:
            CouldNotLookError: When the register cannot be read.
        """
        return self.store.read(events=0).demand("sessions").sessions


def _placed(record: SessionRecord, live: Joined | None) -> SessionRecord:
    """A session record with the session's current place of work."""
    if live is None or live.worktree is None:
        return record
    return replace(record, worktree=live.worktree.path, branch=live.worktree.own_branch)


def _ms(tx: Transaction) -> int:
    return int(tx.now * 1000)
