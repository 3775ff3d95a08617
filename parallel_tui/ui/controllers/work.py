"""Run a command in a worker, report its failure, and refresh what it changed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, TypeVar

from parallel_tui.errors import ParallelError, RefusedError
from parallel_tui.model.scope import EVERYTHING, Scope
from parallel_tui.model.view.changes import gone
from parallel_tui.services.receipt import CleanedUp, HandedOff, Receipt, Removed
from parallel_tui.ui.advice import sentence
from parallel_tui.ui.cockpit import Cockpit
from parallel_tui.ui.typeahead import Opens, Typeahead

if TYPE_CHECKING:
    from parallel_tui.engine.engine import Engine
    from parallel_tui.model.session.session import Session
    from parallel_tui.model.settings.consent_question import Question
    from parallel_tui.model.view.snapshot import Snapshot
    from parallel_tui.ui.dialogs.form import FormDialog
    from parallel_tui.ui.dialogs.frame import Dialog

Found = TypeVar("Found")
Answer = TypeVar("Answer")


class CommandWork:
    """Runs commands in workers.

    Args:
        cockpit: The dashboard.
        engine: The live view, which looks at what was changed.
        typeahead: Holds keys for what a command opens.
    """

    def __init__(self, cockpit: Cockpit, engine: Engine, typeahead: Typeahead) -> None:
        self._cockpit = cockpit
        self._engine = engine
        self._typeahead = typeahead
        self._doing: list[str] = []

    def run(
        self,
        work: Callable[[], Awaitable[None]],
        *,
        busy: str = "",
        opens: Opens = Opens.NOTHING,
    ) -> None:
        """Run a command to its end and report every failure; the dashboard continues.

        Args:
            work: What the command does.
            busy: Shown while it runs.
            opens: What it opens first, for the keys that are typed until then.
        """
        token = 0 if opens is Opens.NOTHING else self._typeahead.hold(opens)

        async def guarded() -> None:
            try:
                with self.doing(busy) if busy else nullcontext():
                    await work()
            except Exception as error:
                self._cockpit.report(error)
            finally:
                # What the keys were for has not come, or it took them long ago.
                self._typeahead.drop(token)

        self._cockpit.start(guarded)

    @contextmanager
    def holding(self, opens: Opens) -> Iterator[None]:
        """Keep keys from the dashboard for as long as the block runs.

        Args:
            opens: What they would be for.
        """
        token = self._typeahead.hold(opens)
        try:
            yield
        finally:
            self._typeahead.drop(token)

    @contextmanager
    def doing(self, what: str) -> Iterator[None]:
        """Show what is being done for as long as the block runs; then what else is, if anything."""
        self._doing.append(what)
        self._cockpit.set_busy(what)
        try:
            yield
        finally:
            self._doing.remove(what)
            self._cockpit.set_busy(self._doing[-1] if self._doing else "")

    async def ask_about(
        self,
        title: str,
        words: str,
        look: Callable[[], Found],
        question: Callable[[Found], Dialog[Answer]],
    ) -> tuple[Found, Answer] | None:
        """Look, in a dialog that is there at once, and ask about what was found.

        Args:
            title: What it is about.
            words: What is being looked at.
            look: Looks; called in a thread.
            question: The dialog about it.

        Returns:
            What was found and the answer to it; `None` when there was no answer.

        Raises:
            ParallelError: As `look` does.
        """
        from parallel_tui.ui.dialogs.look_first import LookFirst

        dialog = LookFirst(title, words, look, question)
        answer = await self._cockpit.ask(dialog)
        if dialog.failure is not None:
            raise dialog.failure
        return None if answer is None else (dialog.found[0], answer)

    def form(self, form: FormDialog) -> None:
        """Open a form, and report what it did."""

        async def work() -> None:
            receipt = await self._cockpit.ask(form)
            if receipt is not None:
                self.done(receipt)

        self.run(work, opens=Opens.FORM)

    async def consented(
        self, verb: Callable[[], Receipt], allow: Callable[[Question], None]
    ) -> bool:
        """Carry out what may run commands of the repository, in a thread; asks where it must.

        Args:
            verb: What to do.
            allow: Records that the user said yes.

        Returns:
            Whether it was done: whether the commands may run.
        """
        from parallel_tui.model.settings.consent import TrustNeededError
        from parallel_tui.ui.dialogs.trust import TrustDialog

        while True:
            try:
                receipt = await asyncio.to_thread(verb)
            except TrustNeededError as needed:
                if not await self._cockpit.ask(TrustDialog(needed.question)):
                    return False
                await asyncio.to_thread(allow, needed.question)
            else:
                self.done(receipt)
                if receipt.session is not None:
                    self._cockpit.select_session(receipt.session)
                return True

    def done(self, receipt: Receipt) -> None:
        """Report a result, and refresh what it changed."""
        self.look_again(*receipt.scopes)
        self._cockpit.tell(sentence(receipt, self._cockpit.key_of), about=_about(receipt))
        for warning in receipt.warnings:
            self._cockpit.tell(warning, severity="warning")

    def look_again(self, *scopes: Scope) -> None:
        """Refresh some scopes at once."""
        self._engine.poke(*scopes)
        self._engine.hurry()

    def look_at_everything(self) -> None:
        """Refresh everything at once."""
        self.look_again(EVERYTHING)


def _about(receipt: Receipt) -> tuple[str, ...]:
    """What news will say the same as a receipt about."""
    match receipt:
        case HandedOff():
            return (f"{receipt.id} declined" if receipt.declined else receipt.id,)
        case Removed():
            return (gone(receipt.name),)
        case CleanedUp():
            return tuple(map(gone, receipt.removed))
        case _:
            return ()


class Attempts:
    """Tries something for sessions that seem to have come to rest, each once in a state of its own.

    Only a hint starts it; whether an agent is at rest is proved again by what is tried.

    Args:
        cockpit: The dashboard.
        attempt: Tries it for one session; refuses while its agent is not at rest.
        group: Name of the work.
        again: Seconds after which a session that refused may be tried again.
        look: Looks again then, at what is there.
    """

    def __init__(
        self,
        cockpit: Cockpit,
        attempt: Callable[[Session], Awaitable[None]],
        *,
        group: str,
        again: float,
        look: Callable[[Snapshot], None],
    ) -> None:
        self._cockpit = cockpit
        self._attempt = attempt
        self._group = group
        self._again = again
        self._look = look
        self._tried: dict[str, object] = {}
        self._busy = False

    def begin(self, sessions: Iterable[Session], about: Callable[[Session], object]) -> None:
        """Try it for those that were not tried as they are, one after another.

        Args:
            sessions: Who may be at rest.
            about: What makes another try worth it when it has changed.
        """
        if self._busy:
            return
        wanted = [each for each in sessions if self._is_news(each, about(each))]
        if not wanted:
            return
        self._busy = True

        async def work() -> None:
            try:
                for session in wanted:
                    await self._one(session)
            finally:
                self._busy = False

        self._cockpit.start(work, group=self._group)

    async def _one(self, session: Session) -> None:
        try:
            await self._attempt(session)
        except RefusedError:  # it is not at rest, or somebody is typing: later
            self._cockpit.later(self._again, lambda: self._forget(session))
        except ParallelError as error:
            self._cockpit.report(error)

    def _forget(self, session: Session) -> None:
        self._tried.pop(session.key, None)
        now = self._cockpit.situation.snapshot
        if now is not None:
            self._look(now)

    def _is_news(self, session: Session, about: object) -> bool:
        """Whether a session was not tried in this state yet."""
        if self._tried.get(session.key) == about:
            return False
        self._tried[session.key] = about
        return True
