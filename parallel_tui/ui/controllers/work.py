"""Run a command in a worker, report its failure, and refresh what it changed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from parallel_tui.model.scope import EVERYTHING, Scope
from parallel_tui.services.receipt import HandedOff, Receipt
from parallel_tui.ui.advice import sentence
from parallel_tui.ui.cockpit import Cockpit
from parallel_tui.ui.typeahead import PATIENCE, Opens, Typeahead

if TYPE_CHECKING:
    from parallel_tui.engine.engine import Engine
    from parallel_tui.model.settings.consent_question import Question
    from parallel_tui.ui.dialogs.form import FormDialog


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
        if opens is not Opens.NOTHING:
            self._typeahead.hold(opens)
            self._cockpit.later(PATIENCE, self._typeahead.release)

        async def guarded() -> None:
            if busy:
                self._cockpit.set_busy(busy)
            try:
                await work()
            except Exception as error:
                self._cockpit.report(error)
            finally:
                if busy:
                    self._cockpit.set_busy("")
                if opens is not Opens.NOTHING:
                    self._typeahead.release()

        self._cockpit.start(guarded)

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
        # News of a handoff says the same as its receipt.
        about = receipt.id if isinstance(receipt, HandedOff) else ""
        self._cockpit.tell(sentence(receipt, self._cockpit.key_of), about=about)
        for warning in receipt.warnings:
            self._cockpit.tell(warning, severity="warning")

    def look_again(self, *scopes: Scope) -> None:
        """Refresh some scopes at once."""
        self._engine.poke(*scopes)
        self._engine.hurry()

    def look_at_everything(self) -> None:
        """Refresh everything at once."""
        self.look_again(EVERYTHING)
