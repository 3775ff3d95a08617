"""Handing work from one session to another (guide: sync-state, `requestHandoff`)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from parallel_tui.adapters.store.files.documents import Json
from parallel_tui.adapters.store.files.state import CLOSED, KEEP_CLOSED, entries, handoffs_of
from parallel_tui.adapters.store.files.store import Store
from parallel_tui.errors import CouldNotLookError, RefusedError, UsageError
from parallel_tui.model.scope import COORDINATION
from parallel_tui.model.sharing.coordination import Handoff, HandoffState
from parallel_tui.model.sharing.lock import check_target
from parallel_tui.ports.ports import Clock
from parallel_tui.services.receipt import Receipt
from parallel_tui.services.session.identity import Identity
from parallel_tui.services.sharing.status_page import StatusFile


@dataclass(frozen=True, slots=True)
class Handoffs:
    """Sends, accepts, declines and closes handoffs.

    Attributes:
        store: The shared files.
        identity: Who asks.
        status: The page for sessions to read, brought up to date by every change.
        clock: Epoch seconds.
    """

    store: Store
    identity: Identity
    status: StatusFile
    clock: Clock

    def all(self) -> tuple[Handoff, ...]:
        """Open ones oldest first, then closed ones newest first.

        Raises:
            CouldNotLookError: When the file cannot be read.
        """
        document = self.store.state.load()
        if document.problem is not None:
            raise CouldNotLookError(document.problem, hint="pdev repair parallel-state.json")
        return handoffs_of(document.data)

    def send(
        self,
        to: str,
        *,
        task: str,
        context: str = "",
        files: Sequence[str] = (),
        session: str | None = None,
        anyway: bool = False,
    ) -> Receipt:
        """Hand a task to another session, with where it stands.

        Args:
            to: Receiving session.
            task: What to do.
            context: What to know.
            files: Paths it is about.
            session: Sender; `None` to find out.
            anyway: Also when there is no such session yet.

        Raises:
            RefusedError: When nobody of that name could receive it.
        """
        if not task.strip():
            raise UsageError("A handoff needs a task", hint="Say what is to be done: --task …")
        sender = self.identity.name(session)
        receiver = self.identity.name(to)
        if receiver == sender:
            raise UsageError(f"{sender} cannot hand off to itself")
        paths = [check_target(path) for path in files]
        names = [each.name for each in self.identity.sessions.all()]
        live = self.identity.session(sender)
        tree = live.worktree if live else None
        now = self._now()
        with self.store.transaction():
            data = self.store.state.for_change()
            registered = data.get("sessions")
            known = receiver in names or (isinstance(registered, dict) and receiver in registered)
            if not known and not anyway:
                raise RefusedError(
                    f"There is no session {receiver!r} to receive it",
                    hint=f"There are: {', '.join(names)}. Or leave it for later with --anyway.",
                )
            handoff: dict[str, Json] = {
                "from": sender,
                "to": receiver,
                "task": task,
                "context": context,
                "timestamp": now,
                "id": f"h{secrets.token_hex(5)}",
                "files": list(paths),
                "branch": tree.own_branch if tree else None,
                "commit": tree.head if tree else None,
                "state": HandoffState.PENDING.value,
                "changed": now,
            }
            pending = data.get("pending_handoffs")
            data["pending_handoffs"] = [*(pending if isinstance(pending, list) else []), handoff]
            about: dict[str, Json] = {"id": handoff["id"], "to": receiver, "task": task}
            with self.store.change() as change:
                self.store.state.stage(change, data)
                self.store.events.stage(change, "handoff", sender, about, (receiver,), now)
            warnings = self.store.record(sender, "hand off", about)
            warnings += self.status.refresh()
        return Receipt(
            f"Handed to {receiver}: {task}",
            (COORDINATION,),
            warnings=warnings,
            details={"id": str(handoff["id"])},
        )

    def accept(self, handoff_id: str, session: str | None = None) -> Receipt:
        """Take a handoff on; it stays open until done."""
        return self._move(handoff_id, HandoffState.ACCEPTED, session)

    def decline(self, handoff_id: str, why: str, session: str | None = None) -> Receipt:
        """Give a handoff back, with the reason its sender is told."""
        if not why.strip():
            raise UsageError("Declining needs a reason", hint="Say why: --why …")
        return self._move(handoff_id, HandoffState.DECLINED, session, why)

    def done(self, handoff_id: str, session: str | None = None) -> Receipt:
        """Close a handoff as carried out."""
        return self._move(handoff_id, HandoffState.DONE, session)

    def _move(
        self, handoff_id: str, state: HandoffState, session: str | None, why: str = ""
    ) -> Receipt:
        who = self.identity.name(session)
        now = self._now()
        with self.store.transaction():
            data = self.store.state.for_change()
            handoff, item = self._find(data, handoff_id)
            if who != handoff.receiver:
                raise RefusedError(
                    f"{handoff_id} is for {handoff.receiver}, not for {who}",
                    hint=f"Answer as that session: --session {handoff.receiver}",
                )
            if not handoff.open:
                raise RefusedError(f"{handoff_id} is {handoff.state.value} already")
            item.update(id=handoff.id, state=state.value, changed=now)
            if why:
                item["why"] = why
            if state in (HandoffState.DECLINED, HandoffState.DONE):
                pending, closed = data.get("pending_handoffs"), data.get(CLOSED)
                rest = pending if isinstance(pending, list) else []
                data["pending_handoffs"] = [each for each in rest if each is not item]
                older = closed if isinstance(closed, list) else []
                data[CLOSED] = [*older, item][-KEEP_CLOSED:]
            about: dict[str, Json] = {"id": handoff.id, "state": state.value, "why": why}
            told: dict[str, Json] = {**about, "task": handoff.task}
            with self.store.change() as change:
                self.store.state.stage(change, data)
                self.store.events.stage(change, "handoff", who, told, (handoff.sender,), now)
            warnings = self.store.record(who, "handoff", about)
            warnings += self.status.refresh()
        return Receipt(
            f"{state.value.capitalize()}: {handoff.task}",
            (COORDINATION,),
            warnings=warnings,
            details={"id": handoff.id},
        )

    def _find(self, data: dict[str, Json], handoff_id: str) -> tuple[Handoff, dict[str, Json]]:
        for key in ("pending_handoffs", CLOSED):
            for handoff, item in entries(data, key):
                if handoff.id == handoff_id:
                    return handoff, item
        raise UsageError(f"There is no handoff {handoff_id!r}", hint="See: pdev handoff list")

    def _now(self) -> int:
        return int(self.clock() * 1000)
