"""Carry out what commands request from the dashboard: messages, questions, work."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from typing import Literal, TypeVar

from textual.dom import DOMNode
from textual.reactive import var
from textual.screen import Screen

from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.ui import reporting
from parallel_tui.ui.messages import Progress

Answer = TypeVar("Answer")


class AskedScreen(Screen[None]):
    """The part of `Cockpit` that needs no panes."""

    snapshot: var[Snapshot | None] = var[Snapshot | None](None)
    busy: var[str] = var("")

    def set_busy(self, what: str) -> None:
        """Show in the header what is being done."""
        self.busy = what

    def tell(
        self,
        message: str,
        *,
        title: str = "",
        severity: Literal["information", "warning", "error"] = "information",
    ) -> None:
        """Show a toast."""
        reporting.tell(self.app, message, title=title, severity=severity)

    def report(self, error: Exception) -> None:
        """Show an error, as a toast or a dialog."""
        reporting.report(self.app, error)

    async def explain(self, error: Exception) -> None:
        """Show an error in a dialog and wait until it was read."""
        await reporting.explain(self.app, error)

    def push(self, screen: Screen[Answer]) -> None:
        """Put a screen in front."""
        self.app.push_screen(screen)

    async def ask(self, screen: Screen[Answer]) -> Answer | None:
        """Put a screen in front and wait for its answer."""
        return await self.app.push_screen_wait(screen)

    def start(self, work: Callable[[], Awaitable[None]], *, group: str = "verbs") -> None:
        """Run work beside the event loop's other work."""
        self.app.run_worker(work(), group=group, exit_on_error=False)

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        """Do something after a time."""
        self.app.set_timer(seconds, act)

    def suspended(self) -> AbstractContextManager[None]:
        """Give the terminal to another program meanwhile."""
        return self.app.suspend()

    def progress(self, step: str) -> None:
        """Show the next step of what is being done; from any thread."""
        self.app.post_message(Progress(step))

    def follow(self, node: DOMNode, show: Callable[[Snapshot | None], None]) -> None:
        """Hand every snapshot to a screen, from the present one on."""
        node.watch(self, "snapshot", show)
