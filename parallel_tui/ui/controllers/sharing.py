"""Commands on shared data: locks, handoffs and events."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from textual.content import Content

from parallel_tui.model.session.session import Session
from parallel_tui.model.sharing.coordination import Event, Handoff
from parallel_tui.model.sharing.lock import Lock
from parallel_tui.services.receipt import Receipt
from parallel_tui.ui.cockpit import Cockpit, Situation
from parallel_tui.ui.command import TOGETHER, Command, Reason, ready, unselected
from parallel_tui.ui.controllers.work import CommandWork

if TYPE_CHECKING:
    from parallel_tui.bootstrap import Core


def _nobody(now: Situation) -> Reason:
    return unselected(now) if now.session is None else ready(now)


def _cannot_unlock(now: Situation) -> Reason:
    if not isinstance(now.selection, Lock):
        name = now.session.name if now.session else None
        if name is None or not any(lock.is_of(name) for lock in now.coordination.locks):
            return "Select a lock in the Locks pane; the selected session holds none."
    return _nobody(now)


def _cannot_acknowledge(now: Situation) -> Reason:
    if now.session is None:
        return _nobody(now)
    name = now.session.name
    if isinstance(now.selection, Event):
        if now.selection.unread_by(name):
            return ready(now)
        return f"{name} has seen this event already, or it is not for {name}."
    if not now.coordination.unread_of([name])[name]:
        return f"{name} has no unread events."
    return ready(now)


def _cannot_open(now: Situation) -> Reason:
    if not isinstance(now.selection, Lock | Handoff | Event):
        return "Select a lock, a handoff or an event."
    return ready(now)


class SharingCommands:
    """Handles locks, handoffs and events for the selected session.

    Args:
        cockpit: The dashboard.
        core: The services.
        work: Carries commands out.
    """

    def __init__(self, cockpit: Cockpit, core: Core, work: CommandWork) -> None:
        self._cockpit = cockpit
        self._core = core
        self._work = work
        self._drafts: dict[str, dict[str, str]] = {}

    def _do(self, verb: Callable[[], Receipt]) -> None:
        """Carry out an action without a question."""

        async def work() -> None:
            self._work.done(await asyncio.to_thread(verb))

        self._work.run(work)

    def _words(self, title: str, words: Content) -> None:
        from parallel_tui.ui.dialogs.form import FormDialog

        self._cockpit.push(
            FormDialog(title, (), (), lambda _values, _choice: Receipt(""), words=words)
        )

    def _paths(self, now: Situation) -> Callable[[], Sequence[str]]:
        """A function that reads a session's tracked paths; one process per form."""
        trees = [each.worktree for each in (now.session, *_sessions(now)) if each]
        usable = [tree for tree in trees if tree and not tree.missing and not tree.bare]
        return lambda: self._core.git.tracked_files(usable[0]) if usable else ()

    def lock(self, now: Situation) -> None:
        """Lock paths, after asking which."""
        from parallel_tui.ui.dialogs.lock import lock_form

        if now.session is not None:
            locks, clock = self._core.shared.locks, self._core.clock
            self._work.form(
                lock_form(locks, now.session.name, _names(now), self._paths(now), clock)
            )

    def unlock(self, now: Situation) -> None:
        """Release the selected lock; another session's only with a reason."""
        from parallel_tui.ui.dialogs.lock import unlock_form

        lock, session = now.selection, now.session
        if session is None:
            return
        locks = self._core.shared.locks
        if not isinstance(lock, Lock):
            self._unlock_all(now, session)
        elif lock.is_of(session.name):
            target = lock.target
            self._do(lambda: locks.release([target], session=session.name))
        else:
            moment = self._core.clock()
            state = now.coordination.lock_state(lock, moment)
            there = moment + now.coordination.ahead
            self._work.form(unlock_form(locks, lock, state, session.name, there))

    def _unlock_all(self, now: Situation, session: Session) -> None:
        from parallel_tui.ui.dialogs.confirm import ConfirmDialog

        own = [lock.target for lock in now.coordination.locks if lock.is_of(session.name)]
        more = f"\nand {len(own) - 10} more" if len(own) > 10 else ""
        title = f"Unlock all of {session.name}?"
        question = ConfirmDialog(title, "\n".join(own[:10]) + more, confirm="Unlock")

        async def work() -> None:
            if await self._cockpit.ask(question):
                locks, name = self._core.shared.locks, session.name
                self._work.done(
                    await asyncio.to_thread(locks.release, (), session=name, everything=True)
                )

        self._work.run(work)

    def hand_off(self, now: Situation) -> None:
        """Send a handoff, after asking for the details."""
        from parallel_tui.ui.dialogs.handoff import handoff_form

        if now.session is not None:
            handoffs, name = self._core.shared.handoffs, now.session.name
            drafts = self._drafts.setdefault(name, {})
            self._work.form(handoff_form(handoffs, name, _names(now), self._paths(now), drafts))

    def acknowledge(self, now: Situation) -> None:
        """Mark the selected event, or all of the selected session, as seen by it."""
        events, event, session = self._core.shared.events, now.selection, now.session
        if session is None:
            return
        ids = [event.id] if isinstance(event, Event) else []
        self._do(lambda: events.acknowledge(ids, session=session.name, everything=not ids))

    def open(self, now: Situation) -> None:
        """Show the selected lock, handoff or event in full."""
        from parallel_tui.ui.dialogs.handoff import event_words, handoff_answer
        from parallel_tui.ui.dialogs.lock import lock_words

        moment = self._core.clock()
        there = moment + now.coordination.ahead
        match now.selection:
            case Handoff() as handoff:
                self._work.form(handoff_answer(self._core.shared.handoffs, handoff, there))
            case Event() as event:
                self._words("Event", event_words(event, there))
            case Lock() as lock:
                state = now.coordination.lock_state(lock, moment)
                self._words("Lock", lock_words(lock, state, there))


def _sessions(now: Situation) -> tuple[Session, ...]:
    return now.snapshot.sessions if now.snapshot else ()


def _names(now: Situation) -> list[str]:
    return [session.name for session in _sessions(now)]


COMMANDS: Final[tuple[Command[Any], ...]] = (
    Command(
        "lock",
        "L",
        "Lock",
        "Lock paths for the selected session.",
        TOGETHER,
        SharingCommands,
        SharingCommands.lock,
        _nobody,
    ),
    Command(
        "unlock",
        "u",
        "Unlock",
        "Release the selected lock, or all locks of the session.",
        TOGETHER,
        SharingCommands,
        SharingCommands.unlock,
        _cannot_unlock,
    ),
    Command(
        "handoff",
        "h",
        "Hand off",
        "Hand a task from the selected session to another.",
        TOGETHER,
        SharingCommands,
        SharingCommands.hand_off,
        _nobody,
    ),
    Command(
        "acknowledge",
        "a",
        "Acknowledge",
        "Mark the selected event, or all events, as seen.",
        TOGETHER,
        SharingCommands,
        SharingCommands.acknowledge,
        _cannot_acknowledge,
    ),
    Command(
        "open",
        "enter",
        "Open",
        "Show the selected lock, handoff or event in full.",
        TOGETHER,
        SharingCommands,
        SharingCommands.open,
        _cannot_open,
        footer=True,
        places=("locks", "handoffs", "events"),
    ),
)
