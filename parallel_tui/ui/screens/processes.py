"""Screen with the processes of one session, from which one can be ended."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType
from textual.content import Content

from parallel_tui.model.machine.usage import ProcessUse
from parallel_tui.model.text.safe import safe
from parallel_tui.model.text.words import plural
from parallel_tui.model.window.window import Window
from parallel_tui.ui import reporting
from parallel_tui.ui.dialogs.confirm import ConfirmDialog
from parallel_tui.ui.present.machine import PROCESS_COLUMNS, process_row
from parallel_tui.ui.screens.listing import ListScreen
from parallel_tui.ui.tasks import ask
from parallel_tui.ui.widgets.columns import Column

if TYPE_CHECKING:
    from parallel_tui.bootstrap import Core

_EVERY: Final = 2.0
"""Seconds between two looks."""

_SHOWN: Final = 200


class ProcessesScreen(ListScreen[None]):
    """One row a process, the biggest first.

    Args:
        core: The services.
        name: The session.
        windows: Its windows.
    """

    COLUMNS: ClassVar[tuple[Column, ...]] = PROCESS_COLUMNS
    MAIN = "end"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("x", "end", "End process")]

    def __init__(self, core: Core, name: str, windows: tuple[Window, ...]) -> None:
        super().__init__()
        self._stopper = core.machine.stopper
        self._session = name
        self._windows = windows
        self.uses: dict[str, ProcessUse] = {}

    def on_mount(self) -> None:
        """Look now, and every two seconds."""
        self.query_one(".frame").border_title = Content(f"Processes of {safe(self._session, 60)}")
        self.say("Looking …")
        self._look()
        self.set_interval(_EVERY, self._look)

    def _look(self) -> None:
        if self.is_current:
            self.run_worker(self._read(), group="processes", exclusive=True, exit_on_error=False)

    async def _read(self) -> None:
        try:
            found = await ask(self._stopper.uses, self._windows)
        except Exception as error:
            self.say("The processes could not be read.")
            reporting.report(self.app, error)
            return
        rows = [process_row(each) for each in found[:_SHOWN]]
        self.uses = {row.key: use for row, use in zip(rows, found, strict=False)}
        self.show_rows(rows)
        cpu = sum(each.cpu for each in found)
        self.say(
            f"{plural(len(found), 'process', 'processes')}, {cpu}% of one core together."
            if found
            else "Nothing runs: the session has no window."
        )

    def about(self, key: str) -> Content:
        """The whole command line."""
        use = self.uses.get(key)
        if use is None:
            return Content("")
        first = "\nIts window was opened for it and closes with it." if use.first else ""
        return Content(f"{safe(use.command, 400)}{first}")

    def action_end(self) -> None:
        """End the selected process, after a question."""
        use = self.uses.get(self.table.cursor or "")
        if use is not None:
            self.run_worker(self._end(use), group="end", exit_on_error=False)

    async def _end(self, use: ProcessUse) -> None:
        body = f"{use.pid}  {use.command}"
        if use.first:
            body += "\n\nIts window was opened for it and closes with it."
        question = ConfirmDialog("End this process?", body, confirm="End it", danger=use.first)
        if not await self.app.push_screen_wait(question):
            return
        try:
            ended = await asyncio.to_thread(self._stopper.stop, use)
            if not ended:
                body += "\n\nIt was asked to end three seconds ago and still runs."
                question = ConfirmDialog("Kill it?", body, confirm="Kill it", danger=True)
                if not await self.app.push_screen_wait(question):
                    return
                ended = await asyncio.to_thread(self._stopper.stop, use, kill=True)
        except Exception as error:
            reporting.report(self.app, error)
            return
        told = "ended" if ended else "still runs: the system has not let go of it yet"
        reporting.tell(self.app, f"Process {use.pid} {told}.")
        self._look()
