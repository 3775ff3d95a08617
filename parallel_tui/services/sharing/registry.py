"""The register of sessions in `parallel-state.json` (guide: sync-state)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from parallel_tui.adapters.store.files.documents import Json
from parallel_tui.adapters.store.files.state import give_back, sessions_of
from parallel_tui.adapters.store.files.store import Store
from parallel_tui.errors import CouldNotLookError, RefusedError, UsageError
from parallel_tui.model.scope import COORDINATION
from parallel_tui.model.sharing.coordination import HandoffState, SessionRecord
from parallel_tui.ports.ports import Clock
from parallel_tui.services.receipt import Receipt
from parallel_tui.services.session.identity import Identity
from parallel_tui.services.sharing.status_page import StatusFile

ENDED: Final = "its session ended"
"""Why a handoff goes back to its sender without an answer."""

_BROUGHT_BACK: Final = ("status", "current_task")
"""What a session that comes back does again."""

STATUSES: Final = ("active", "idle", "blocked")
"""The guide's words for what a session does."""


@dataclass(frozen=True, slots=True)
class Registry:
    """Registers sessions and what they say they do.

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

    def register(
        self, session: str | None = None, *, status: str = "active", task: str | None = None
    ) -> Receipt:
        """Enter a session, or bring its entry up to date."""
        if status not in STATUSES:
            raise UsageError(
                f"{status!r} is no status of a session", hint=f"One of: {', '.join(STATUSES)}."
            )
        name = self.identity.name(session)
        live = self.identity.session(name)
        with self.store.transaction():
            data = self.store.state.for_change()
            record = self._record(data, name)
            record.update(name=name, status=status, last_update=self._now())
            record.setdefault("current_task", None)
            if task is not None:
                record["current_task"] = task or None
            record.pop("ended", None)
            record.pop("before_end", None)
            if live is not None and live.worktree is not None:
                record["worktree"] = live.worktree.path
                record["branch"] = live.worktree.own_branch
            self.store.state.save(data)
            warnings = self.store.record(name, "register", {"status": status, "task": task})
            warnings += self.status.refresh()
        return Receipt(
            f"{name} is {status}", (COORDINATION,), warnings=warnings, details={"session": name}
        )

    def end(self, session: str | None = None) -> Receipt:
        """Mark a session as ended: release its locks and give its open handoffs back.

        A handoff that goes back is closed as declined, and its sender gets an event with the task
        and the reason. Whoever waits for a lock in the session's name waits no longer. A session
        that is not registered is no error.
        """
        name = self.identity.name(session)
        with self.store.transaction():
            data = self.store.state.for_change()  # first: nothing is released if it is unusable
            locks = [lock for lock in self.store.locks.all() if lock.owner == name]
            queue = self.store.waiting.load()
            sessions = data.get("sessions")
            if isinstance(sessions, dict) and isinstance(sessions.get(name), dict):
                record = self._record(data, name)
                if record.get("ended") is None:
                    kept = {key: record.get(key) for key in _BROUGHT_BACK}
                    record["before_end"] = kept
                record.update(status="idle", current_task=None, ended=self._now())
                record["last_update"] = self._now()
            returned = give_back(data, name, ENDED, self._now())
            about: dict[str, Json] = {"released": len(locks), "returned": len(returned)}
            with self.store.change() as change:
                for lock in locks:
                    self.store.locks.drop(change, lock)
                self.store.state.stage(change, data)
                self.store.events.stage(change, "session_ended", name, about, (), self._now())
                for handoff in returned:
                    told: dict[str, Json] = {
                        "id": handoff.id,
                        "state": HandoffState.DECLINED.value,
                        "why": ENDED,
                        "task": handoff.task,
                    }
                    self.store.events.stage(
                        change, "handoff", name, told, (handoff.sender,), self._now()
                    )
            if any(each.owner == name for each in queue):
                self.store.waiting.save(each for each in queue if each.owner != name)
            warnings = self.store.record(name, "end", about)
            warnings += self.status.refresh()
        return Receipt(
            f"{name} ended",
            (COORDINATION,),
            warnings=warnings,
            details={"locks_released": len(locks), "handoffs_returned": len(returned)},
        )

    def resume(self, name: str) -> None:
        """Take the mark of having ended off a session, which does again what it did before.

        A session that is not registered is no error. Locks and handoffs are not taken again: others
        may have them now.
        """
        with self.store.transaction():
            data = self.store.state.for_change()
            sessions = data.get("sessions")
            if not isinstance(sessions, dict) or not isinstance(sessions.get(name), dict):
                return
            record = self._record(data, name)
            kept = record.pop("before_end", None)
            if isinstance(kept, dict):
                record.update({key: kept[key] for key in _BROUGHT_BACK if key in kept})
            record.pop("ended", None)
            record["last_update"] = self._now()
            live = self.identity.session(name)
            if live is not None and live.worktree is not None:
                record["worktree"] = live.worktree.path
                record["branch"] = live.worktree.own_branch
            with self.store.change() as change:
                self.store.state.stage(change, data)
            self.store.record(name, "resume", {"status": record.get("status")})
            self.status.refresh()

    def complete(self, task: str, session: str | None = None) -> Receipt:
        """Report a task complete (guide: `completeTask`) and tell the others."""
        if not task.strip():
            raise UsageError("No task was named")
        name = self.identity.name(session)
        with self.store.transaction():
            data = self.store.state.for_change()
            done = data.get("completed_tasks")
            data["completed_tasks"] = [*(done if isinstance(done, list) else []), task]
            sessions = data.get("sessions")
            if isinstance(sessions, dict) and isinstance(sessions.get(name), dict):
                self._record(data, name).update(current_task=None, last_update=self._now())
            about: dict[str, Json] = {"task": task}
            with self.store.change() as change:
                self.store.state.stage(change, data)
                self.store.events.stage(change, "task_complete", name, about, (), self._now())
            warnings = self.store.record(name, "task done", about)
            warnings += self.status.refresh()
        return Receipt(
            f"Done: {task}", (COORDINATION,), warnings=warnings, details={"session": name}
        )

    def all(self) -> tuple[SessionRecord, ...]:
        """Every registered session.

        Raises:
            CouldNotLookError: When the register cannot be read.
        """
        document = self.store.state.load()
        if document.problem is not None:
            raise CouldNotLookError(document.problem, hint="pdev repair parallel-state.json")
        return sessions_of(document.data)

    def _record(self, data: dict[str, Json], name: str) -> dict[str, Json]:
        """The entry of a session, made if there is none."""
        sessions = data["sessions"]
        if not isinstance(sessions, dict):
            raise RefusedError("The register of sessions is not an object")
        record = sessions.setdefault(name, {})
        if not isinstance(record, dict):
            raise RefusedError(f"The entry of {name} is not an object; it was left as it is")
        return record

    def _now(self) -> int:
        return int(self.clock() * 1000)
