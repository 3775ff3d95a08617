"""Hand work from one session to another (guide: sync-state, `requestHandoff`)."""

from __future__ import annotations

import os
from contextlib import suppress

from parallel_tui.advice import Act, Advice
from parallel_tui.errors import CouldNotLookError, RefusedError, UsageError
from parallel_tui.model.scope import COORDINATION
from parallel_tui.model.sharing.coordination import Handoff, HandoffState
from parallel_tui.model.sharing.lock import check_target
from parallel_tui.record import dataclass, replace
from parallel_tui.services.receipt import HandedOff

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from parallel_tui.model.hosts.shared import SharedSession
    from parallel_tui.ports.store import Store
    from parallel_tui.services.session.identity import Identity
    from parallel_tui.services.sharing.status_page import StatusPage


@dataclass(frozen=True, slots=True)
class Handoffs:
    """Sends, accepts, declines and closes handoffs.

    Attributes:
        store: What sessions share.
        identity: Who asks.
        status: The page for sessions to read, brought up to date by every change.
        answering: Says, by the id of a handoff, how an agent answers it.
        elsewhere: Sessions that other machines share, as known last.
        served: Whether other machines see what is handed over here.
    """

    store: Store
    identity: Identity
    status: StatusPage
    answering: Callable[[str], str]
    elsewhere: Callable[[], Sequence[SharedSession]] = tuple
    served: bool = False

    def all(self) -> tuple[Handoff, ...]:
        """Open ones oldest first, then closed ones newest first.

        Raises:
            CouldNotLookError: When they cannot be read.
        """
        return self.store.read(events=0).demand("handoffs").handoffs

    def send(
        self,
        to: str,
        *,
        task: str,
        context: str = "",
        files: Sequence[str] = (),
        session: str | None = None,
        anyway: bool = False,
    ) -> HandedOff:
        """Hand a task to another session, with its current state.

        Args:
            to: Receiving session.
            task: What to do.
            context: What to know.
            files: Paths it is about.
            session: Sender; `None` to find out.
            anyway: Also when there is no such session yet.

        Raises:
            UsageError: When no task is named, or a session would hand off to itself.
            RefusedError: When nobody of that name could receive it.
        """
        if not task.strip():
            raise UsageError("A handoff needs a task", hint="Say what is to be done: --task …")
        sender = self.identity.name(session)
        names = [each.name for each in self.identity.sessions.all()]
        receiver, shared = self._receiver(self.identity.name(to), names)
        if receiver == sender:
            raise UsageError(f"{sender} cannot hand off to itself")
        paths = [check_target(path) for path in files]
        live = self.identity.session(sender)
        tree = live.worktree if live else None
        with self.store.change(sender) as tx:
            known = shared or receiver in names or tx.sessions.get(receiver) is not None
            known = known or any(lock.owner == receiver for lock in tx.locks.all())
            if not known and not anyway:
                raise RefusedError(
                    f"There is no session {receiver!r} to receive it",
                    hint=f"There are: {', '.join(names)}. Or leave it for later with --anyway.",
                )
            now = int(tx.now * 1000)
            handoff = Handoff(
                f"h{os.urandom(5).hex()}",
                sender,
                receiver,
                task,
                context,
                timestamp=now,
                files=tuple(paths),
                branch=tree.own_branch if tree else None,
                commit=tree.head if tree else None,
                changed=now,
            )
            tx.handoffs.put(handoff)
            tx.journal.add("hand off", {"id": handoff.id, "to": receiver, "task": task})
            about = {"id": handoff.id, "to": receiver, "task": task}
            tx.events.emit("handoff", sender, {**about}, (receiver,))
            self.status.refresh(tx)
        told = self._tell_agent(handoff)
        return HandedOff(
            f"Handed to {receiver}: {task}",
            (COORDINATION,),
            warnings=(*tx.warnings, *told),
            id=handoff.id,
        )

    def _receiver(self, wanted: str, names: Sequence[str]) -> tuple[str, bool]:
        """The session that somebody means, and whether it is one that another machine shares."""
        shared: Sequence[SharedSession] = ()
        if wanted not in names:
            with suppress(CouldNotLookError):  # then only those of this machine are known
                shared = self.elsewhere()
        meant = next((each for each in shared if wanted == each.key), None)
        if meant is not None and not self.served:
            raise RefusedError(
                f"{wanted} stands on {meant.host}, and what is handed over here stays here",
                hint="Machines hand each other work through a store on a server.",
            )
        if meant is None and self.served:
            meant = next((each for each in shared if wanted == each.name), None)
        return (wanted, False) if meant is None else (meant.name, True)

    def accept(self, handoff_id: str, session: str | None = None) -> HandedOff:
        """Accept a handoff; it stays open until done."""
        return self._move(handoff_id, HandoffState.ACCEPTED, session)

    def decline(self, handoff_id: str, why: str, session: str | None = None) -> HandedOff:
        """Decline a handoff, with a reason for its sender."""
        if not why.strip():
            raise UsageError("Declining needs a reason", hint="Say why: --why …")
        return self._move(handoff_id, HandoffState.DECLINED, session, why)

    def done(self, handoff_id: str, session: str | None = None) -> HandedOff:
        """Close a handoff as done."""
        return self._move(handoff_id, HandoffState.DONE, session)

    def _move(
        self, handoff_id: str, state: HandoffState, session: str | None, why: str = ""
    ) -> HandedOff:
        who = self.identity.name(session)
        with self.store.change(who) as tx:
            handoff = tx.handoffs.get(handoff_id)
            if handoff is None:
                raise UsageError(
                    f"There is no handoff {handoff_id!r}", advice=(Advice("See: ", Act.HANDOFFS),)
                )
            if who != handoff.receiver:
                raise RefusedError(
                    f"{handoff_id} is for {handoff.receiver}, not for {who}",
                    hint=f"Answer as that session: --session {handoff.receiver}",
                )
            if not handoff.open:
                raise RefusedError(f"{handoff_id} is {handoff.state.value} already")
            changed = int(tx.now * 1000)
            tx.handoffs.put(replace(handoff, state=state, changed=changed, why=why or handoff.why))
            self._withdraw(handoff)
            tx.journal.add("handoff", {"id": handoff.id, "state": state.value, "why": why})
            tx.events.emit(
                "handoff",
                who,
                {"id": handoff.id, "state": state.value, "why": why, "task": handoff.task},
                (handoff.sender,),
            )
            self.status.refresh(tx)
        return HandedOff(
            f"{state.value.capitalize()}: {handoff.task}",
            (COORDINATION,),
            warnings=tx.warnings,
            id=handoff.id,
            declined=state is HandoffState.DECLINED,
        )

    def _tell_agent(self, handoff: Handoff) -> tuple[str, ...]:
        """Queue a handoff for its receiver's agent, if that has hooks; returns why it is not."""
        if not self.store.listens(handoff.receiver):
            return ()
        from parallel_tui.model.sharing.message import MessageKind

        parts = [handoff.task, handoff.context]
        parts += [f"Files: {', '.join(handoff.files)}"] if handoff.files else []
        parts += [f"It stands on {handoff.branch}."] if handoff.branch else []
        parts.append(self.answering(handoff.id))
        text = "\n".join(part for part in parts if part)
        try:
            self.store.outbox.add(
                handoff.receiver, MessageKind.HANDOFF, handoff.sender, text, mark=handoff.id
            )
        except RefusedError as error:
            return (f"the agent of {handoff.receiver} is not told: {error.message}",)
        return ()

    def _withdraw(self, handoff: Handoff) -> None:
        """Take the message about a handoff back that somebody has answered."""
        for message in self.store.messages():
            if message.session == handoff.receiver and message.id.endswith(f"_{handoff.id}"):
                from parallel_tui.model.sharing.message import Outcome

                self.store.outbox.take(message, Outcome.REVOKED)
