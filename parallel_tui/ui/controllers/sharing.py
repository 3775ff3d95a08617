"""What commands do about locks, handoffs, events and tasks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from parallel_tui.model.session.session import Session
from parallel_tui.services.receipt import Receipt
from parallel_tui.ui.start.typeahead import Opens

if TYPE_CHECKING:
    from parallel_tui.bootstrap import Core
    from parallel_tui.ui.controllers.sessions import Verbs
    from parallel_tui.ui.dialogs.form import FormDialog
    from parallel_tui.ui.screens.dashboard import Dashboard


class Sharing:
    """The dashboard's side of what sessions share. It speaks for the selected session."""

    def __init__(self, dashboard: Dashboard, core: Core, verbs: Verbs) -> None:
        self._dashboard = dashboard
        self._core = core
        self._verbs = verbs

    def _show(self, form: FormDialog) -> None:
        """Show a form and tell what became of it."""

        async def work() -> None:
            receipt = await self._dashboard.app.push_screen_wait(form)
            if receipt is not None:
                self._verbs.done(receipt)

        self._verbs.run(work, opens=Opens.FORM)

    def _do(self, verb: Callable[[], Receipt]) -> None:
        """Carry something out that needs no question."""

        async def work() -> None:
            self._verbs.done(await asyncio.to_thread(verb))

        self._verbs.run(work)

    def _words(self, title: str, words: Content) -> None:
        from parallel_tui.ui.dialogs.form import FormDialog

        self._dashboard.app.push_screen(
            FormDialog(title, (), (), lambda _values, _choice: Receipt(""), words=words)
        )

    @property
    def _names(self) -> list[str]:
        return [session.name for session in self._dashboard.sessions]

    def _paths(self, session: Session | None) -> Callable[[], Sequence[str]]:
        """Reads what git tracks where the session works; one process a form."""
        trees = [each.worktree for each in (session, *self._dashboard.sessions) if each]
        usable = [tree for tree in trees if tree and not tree.missing and not tree.bare]
        return lambda: self._core.git.tracked_files(usable[0]) if usable else ()

    def lock(self) -> None:
        """Ask what to lock, and lock it."""
        from parallel_tui.ui.dialogs.lock import lock_form

        session = self._dashboard.situation.session
        if session is not None:
            locks, clock = self._core.shared.locks, self._core.clock
            paths = self._paths(session)
            self._show(lock_form(locks, session.name, self._names, paths, clock))

    def unlock(self) -> None:
        """Give the selected lock back; another session's only with a reason."""
        from parallel_tui.ui.dialogs.lock import unlock_form

        now = self._dashboard.situation
        lock, session = now.lock, now.session
        if session is None:
            return
        if lock is None:
            self._unlock_all(session)
        elif lock.owner == session.name:
            self._do(lambda: self._core.shared.locks.release([lock.target], session=session.name))
        else:
            moment = self._core.clock()
            state = now.coordination.lock_state(lock, moment)
            self._show(unlock_form(self._core.shared.locks, lock, state, session.name, moment))

    def _unlock_all(self, session: Session) -> None:
        from parallel_tui.ui.dialogs.confirm import ConfirmDialog

        standing = self._dashboard.situation.coordination.locks
        own = [lock.target for lock in standing if lock.owner == session.name]
        more = f"\nand {len(own) - 10} more" if len(own) > 10 else ""
        title = f"Unlock all of {session.name}?"
        question = ConfirmDialog(title, "\n".join(own[:10]) + more, confirm="Unlock")

        async def work() -> None:
            if await self._dashboard.app.push_screen_wait(question):
                locks, name = self._core.shared.locks, session.name
                self._verbs.done(
                    await asyncio.to_thread(locks.release, (), session=name, everything=True)
                )

        self._verbs.run(work)

    def hand_off(self) -> None:
        """Ask what to pass to whom, and pass it."""
        from parallel_tui.ui.dialogs.handoff import handoff_form

        session = self._dashboard.situation.session
        if session is not None:
            handoffs, paths = self._core.shared.handoffs, self._paths(session)
            self._show(handoff_form(handoffs, session.name, self._names, paths))

    def acknowledge(self) -> None:
        """Mark the selected event, or all of the selected session, as seen by it."""
        now = self._dashboard.situation
        events, event, session = self._core.shared.events, now.event, now.session
        if session is None:
            return
        ids = [event.id] if event is not None else []
        everything = event is None
        self._do(lambda: events.acknowledge(ids, session=session.name, everything=everything))

    def open(self) -> None:
        """Show the selected lock, handoff or event in full."""
        from parallel_tui.ui.dialogs.handoff import event_words, handoff_answer
        from parallel_tui.ui.dialogs.lock import lock_words

        now, moment = self._dashboard.situation, self._core.clock()
        if now.handoff is not None:
            self._show(handoff_answer(self._core.shared.handoffs, now.handoff, moment))
        elif now.event is not None:
            self._words("Event", event_words(now.event, moment))
        elif now.lock is not None:
            state = now.coordination.lock_state(now.lock, moment)
            self._words("Lock", lock_words(now.lock, state, moment))

    def tick(self) -> None:
        """Tick the selected task, or take its tick back."""
        now = self._dashboard.situation
        session, number = now.session, now.task
        if session is None or number is None:
            return
        name = session.name
        own = next((each for each in now.coordination.tasks if each.session == name), None)
        if own is None or number > len(own.tasks):
            return
        done = not own.tasks[number - 1].done
        self._do(lambda: self._core.shared.tasks.tick(number, session=name, done=done))
