"""Commands that attach, start, remove and close sessions and windows."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from parallel_tui.model.session.session import Session, SessionState
from parallel_tui.model.text.safe import safe
from parallel_tui.model.window.window import Window
from parallel_tui.ui.cockpit import Cockpit, Situation
from parallel_tui.ui.command import SESSIONS, Command, Reason, free, ready, unselected
from parallel_tui.ui.controllers.elsewhere import OtherMachineWork
from parallel_tui.ui.controllers.starts.one import Starts
from parallel_tui.ui.controllers.window_display import WindowDisplay
from parallel_tui.ui.controllers.work import CommandWork
from parallel_tui.ui.tasks import ask
from parallel_tui.ui.typeahead import Opens

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.bootstrap import Core
    from parallel_tui.engine.engine import Engine


def _window(now: Situation) -> Window | None:
    """The window under the cursor."""
    return now.selection if isinstance(now.selection, Window) else None


def _cannot_attach(now: Situation) -> Reason:
    session, window = now.session, _window(now)
    if now.elsewhere and window is None:
        return free(now)
    if session is None and window is None:
        return unselected(now)
    if not now.ready:
        return ready(now)
    if window is None and session is not None and not session.windows:
        if session.worktree is not None and session.worktree.bare:
            return "A bare repository has no directory to work in."
        if session.state is SessionState.MISSING:
            return "The directory of this session is gone, so no window can open in it."
    return None


def _cannot_open(now: Situation) -> Reason:
    return unselected(now) if now.elsewhere else _cannot_attach(now)


def _cannot_remove(now: Situation) -> Reason:
    if now.elsewhere:
        return free(now)
    if now.session is None:
        return unselected(now)
    if now.session.worktree is not None and now.session.worktree.is_main:
        return "The main worktree is never removed."
    return free(now)


def _cannot_close(now: Situation) -> Reason:
    if _window(now) is None and not (now.session and now.session.windows):
        return "The selected session has no window."
    return free(now)


class SessionCommands:
    """Shows, starts and removes sessions.

    Args:
        cockpit: The dashboard.
        core: The services.
        work: Carries commands out.
        engine: The live view, paused while another program has the terminal.
    """

    def __init__(self, cockpit: Cockpit, core: Core, work: CommandWork, engine: Engine) -> None:
        self._cockpit = cockpit
        self._core = core
        self._work = work
        self._engine = engine
        self._windows = WindowDisplay(cockpit, work, engine)
        self.elsewhere = OtherMachineWork(cockpit, core, work, self._windows)
        self._starts = Starts(cockpit, core, work)

    def attach(self, now: Situation) -> None:
        """Show the selected window, or the selected session's one."""
        window, session = _window(now), now.session
        if window is None and now.elsewhere:
            self.elsewhere.attach(now.elsewhere)
            return

        async def work() -> None:
            attacher = self._core.attacher
            closed = window is None and session is not None and not session.windows
            if closed and session is not None and not await self._reopened(session):
                return
            # Again: a question that was asked has ended it.
            with self._work.holding(Opens.QUESTION), self._work.doing("going to the window"):
                if window is not None:
                    found = await asyncio.to_thread(attacher.attach_window, window.id)
                elif session is not None:
                    found = await asyncio.to_thread(attacher.attach, session.key)
                else:
                    return
                await self._windows.show(found)
            if session is not None:
                self._engine.looked_at(session.key)

        # What is typed from now on is meant for the window: no command of the dashboard, and
        # no answer to what nobody has seen yet.
        self._work.run(work, opens=Opens.QUESTION)

    async def _reopened(self, session: Session) -> bool:
        """Offer a session without a window its conversation; whether to show what is open now."""
        from parallel_tui.ui.dialogs.resume import ResumeDialog, Way

        resumer = self._core.reaching.resumer
        if session.worktree is None or await asyncio.to_thread(resumer.known, session.key) is None:
            return True
        way = await self._cockpit.ask(ResumeDialog(session.name))
        if way is None or way is Way.SHELL:
            return way is not None
        return await self._work.consented(
            lambda: resumer.resume(session.key, anew=way is Way.ANEW), resumer.allow
        )

    def looked(self, key: str) -> None:
        """Note that somebody looks at a session."""
        if self._engine.snapshot.session(key) is not None:  # not one of another machine
            self._engine.looked_at(key)

    def open_terminal(self, now: Situation) -> None:
        """Show the selected session in a new terminal of the desktop."""
        session = now.session
        if session is None:
            return

        async def work() -> None:
            self._work.done(await asyncio.to_thread(self._core.attacher.open_terminal, session.key))

        self._work.run(work)

    def close_window(self, now: Situation) -> None:
        """Close the selected window, or the selected session's own, after a question."""
        from parallel_tui.ui.dialogs.confirm import ConfirmDialog

        window = _window(now)
        if window is None and now.session and now.snapshot:
            window = now.snapshot.window(now.session.windows[0])
        if window is None:
            return
        wanted = window.id
        where = safe(f"{window.session_name}:{window.index} {window.name}")
        runs = ", ".join(safe(pane.command) for pane in window.panes)
        question = ConfirmDialog(
            "Close this window?",
            f"{where}\nEnds what runs in it: {runs}",
            confirm="Close",
            danger=True,
        )

        async def work() -> None:
            if await self._cockpit.ask(question):
                self._work.done(await asyncio.to_thread(self._core.attacher.close_window, wanted))

        self._work.run(work, opens=Opens.QUESTION)

    def remove(self, now: Situation) -> None:
        """Remove the selected session, after listing every loss."""
        session = now.session
        if now.elsewhere:
            self.elsewhere.remove(now.elsewhere)
        elif session is not None:
            self._work.run(
                lambda: self.remove_named(session.key, session.name), opens=Opens.QUESTION
            )

    async def remove_named(self, wanted: str, name: str = "") -> None:
        """Remove a session, after listing every loss.

        Args:
            wanted: Its key or name.
            name: What people call it, where that is another.
        """
        from parallel_tui.ui.dialogs.remove import RemoveDialog

        asked = await self._work.ask_about(
            f"Remove {name or wanted}",
            "Looking at what would be lost …",
            lambda: self._core.remover.plan(wanted),
            RemoveDialog,
        )
        if asked is None:
            return
        plan, answer = asked
        with self._work.doing(f"removing {name or wanted}"):
            receipt = await asyncio.to_thread(
                self._core.remover.remove,
                plan,
                answer.consents,
                delete_branch=answer.delete_branch,
            )
        self._work.done(receipt)

    def spawn(self, now: Situation, *, prompt_first: bool = False) -> None:
        """Start a session, after asking for the details; on the machine of the selected row."""
        if now.machine:
            self.elsewhere.spawn(now.machine, prompt_first=prompt_first)
            return
        self._work.run(lambda: self._starts.ask(prompt_first), opens=Opens.FORM)

    def diff(self, session: Session) -> None:
        """Read a session's changes for the detail pane."""
        from parallel_tui.errors import CouldNotLookError, ParallelError

        tree = session.worktree
        if tree is None:
            return

        async def work() -> None:
            try:
                self._cockpit.show_diff(session.key, await ask(self._core.inspector.diff, tree))
            except ParallelError as error:
                self._cockpit.show_diff(session.key, error)
            except Exception as error:
                self._cockpit.show_diff(session.key, CouldNotLookError(str(error)))
                raise

        self._work.run(work)


COMMANDS: Final[tuple[Command[Any], ...]] = (
    Command(
        "attach",
        "enter",
        "Attach",
        "Go to the session's window; open one if it has none.",
        SESSIONS,
        SessionCommands,
        SessionCommands.attach,
        _cannot_attach,
        footer=True,
    ),
    Command(
        "spawn",
        "n",
        "New",
        "Start a session: branch, worktree, window and agent.",
        SESSIONS,
        SessionCommands,
        lambda here, now: here.spawn(now),
        ready,
        footer=True,
    ),
    Command(
        "spawn-prompt",
        "E",
        "New with prompt",
        "Start a session with a first prompt for the agent.",
        SESSIONS,
        SessionCommands,
        lambda here, now: here.spawn(now, prompt_first=True),
        ready,
    ),
    Command(
        "remove",
        "d",
        "Remove",
        "End the session, after showing all that would be lost.",
        SESSIONS,
        SessionCommands,
        SessionCommands.remove,
        _cannot_remove,
        footer=True,
    ),
    Command(
        "close-window",
        "x",
        "Close window",
        "Close the selected window and what runs in it.",
        SESSIONS,
        SessionCommands,
        SessionCommands.close_window,
        _cannot_close,
    ),
    Command(
        "open-terminal",
        "O",
        "In new terminal",
        "Show the selected session in a new terminal.",
        SESSIONS,
        SessionCommands,
        SessionCommands.open_terminal,
        _cannot_open,
    ),
)
