"""Carry out what commands request from the dashboard: messages, questions, work."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from typing import Final, Literal, TypeVar

from textual.dom import DOMNode
from textual.reactive import var
from textual.screen import Screen

from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.ui import reporting
from parallel_tui.ui.advice import keys_of
from parallel_tui.ui.messages import Progress

Answer = TypeVar("Answer")

_AGAIN: Final = 0.1
"""Seconds between two looks whether the dashboard is in front; only while something waits."""


class AskedScreen(Screen[None]):
    """The part of `Cockpit` that needs no panes."""

    # The live view publishes what differs: to compare two snapshots again would take milliseconds.
    snapshot: var[Snapshot | None] = var[Snapshot | None](None, always_update=True)
    busy: var[str] = var("")
    hush: var[str] = var("")

    def key_of(self, command: str) -> str:
        """Key of a command on the dashboard, by the command's id; empty when it has none."""
        return keys_of(self.app)(command)

    def set_busy(self, what: str) -> None:
        """Show in the header what is being done."""
        self.busy = what

    def tell(
        self,
        message: str,
        *,
        title: str = "",
        severity: Literal["information", "warning", "error"] = "information",
        about: Sequence[str] = (),
    ) -> None:
        """Show a notice, in place of news about the same, by the ids of that."""
        reporting.tell(self.app, message, title=title, severity=severity, about=about)

    def report(self, error: Exception) -> None:
        """Show an error, as a toast or a dialog."""
        reporting.report(self.app, error)

    async def explain(self, error: Exception) -> None:
        """Show an error in a dialog and wait until it is closed."""
        await reporting.explain(self.app, error)

    async def in_front(self) -> None:
        """Wait until no form or other screen is open that a new one would take the keys from."""
        while self.app.screen is not self:
            await asyncio.sleep(_AGAIN)

    def push(self, screen: Screen[Answer]) -> None:
        """Open a screen."""
        self.app.push_screen(screen)

    async def ask(self, screen: Screen[Answer]) -> Answer | None:
        """Open a screen and wait for its answer."""
        return await self.app.push_screen_wait(screen)

    def start(self, work: Callable[[], Awaitable[None]], *, group: str = "verbs") -> None:
        """Run work concurrently in the event loop."""
        self.app.run_worker(work(), group=group, exit_on_error=False)

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        """Call a function after a time."""
        self.app.set_timer(seconds, act)

    def suspended(self) -> AbstractContextManager[None]:
        """Lend the terminal to another program inside the block."""
        return self.app.suspend()

    def progress(self, step: str) -> None:
        """Show the next step of the running command; from any thread."""
        self.app.post_message(Progress(step))

    def follow(self, node: DOMNode, show: Callable[[Snapshot | None], None]) -> None:
        """Pass every snapshot to a screen, beginning with the current one."""
        node.watch(self, "snapshot", show)
