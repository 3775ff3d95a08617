"""Show a window in place of the dashboard, or beside it."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from parallel_tui.bootstrap import foreground
from parallel_tui.errors import MuxError
from parallel_tui.model.scope import MUX
from parallel_tui.model.text.safe import safe
from parallel_tui.model.window.attachment import Attachment
from parallel_tui.ui.cockpit import Cockpit
from parallel_tui.ui.controllers.work import CommandWork
from parallel_tui.ui.tasks import ask

if TYPE_CHECKING:
    from parallel_tui.engine.engine import Engine

ANSWER: Final = 5.0
"""Seconds within which the multiplexer must have shown another window."""


class WindowDisplay:
    """Lets the multiplexer show a window, in this terminal or in the client that shows us.

    Args:
        cockpit: The dashboard.
        work: Looks again at the windows afterwards.
        engine: The live view, paused while another program has the terminal.
    """

    def __init__(self, cockpit: Cockpit, work: CommandWork, engine: Engine) -> None:
        self._cockpit = cockpit
        self._work = work
        self._engine = engine
        self._told: set[str] = set()

    async def show(self, attachment: Attachment) -> None:
        """Show a window, which tells each way to come back once; returns when it is left.

        Raises:
            MuxError: When it could not be shown.
        """
        back = attachment.way_back
        argv = attachment.argv if back in self._told else (*attachment.argv, *attachment.telling)
        self._told.add(back)
        if not attachment.takes_terminal:
            done = await ask(_switch, argv, attachment.env)
            if done.returncode == 0 and not attachment.telling:
                self._cockpit.tell(f"To the dashboard: {attachment.way_back}.")
        else:
            # Blocking on purpose: nothing may write to the terminal while tmux has it.
            with self._engine.paused(), self._cockpit.suspended():
                done = foreground().borrow_terminal(argv, env=attachment.env, draws=True)
        self._work.look_again(MUX)
        if done.returncode != 0:
            said = safe(done.stderr.decode("utf-8", "replace").strip())
            what = said or f"it ended with status {done.returncode}"
            raise MuxError(f"The window could not be shown: {what}")


def _switch(argv: tuple[str, ...], env: Mapping[str, str]) -> subprocess.CompletedProcess[bytes]:
    """Switch the client that shows us to another window.

    Raises:
        MuxError: When it does not answer in time.
    """
    try:
        return foreground().run(argv, env=env, timeout=ANSWER)
    except subprocess.TimeoutExpired as error:
        raise MuxError(
            f"The window could not be shown: no answer within {ANSWER:g} s.",
            hint="The server that has the window may be stopped or very busy. Try again.",
        ) from error
