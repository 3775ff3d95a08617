"""Show a session's window, opening one if it has none."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from parallel_tui.advice import Act, Advice
from parallel_tui.errors import RefusedError
from parallel_tui.model.scope import MUX
from parallel_tui.model.session.join import Joined
from parallel_tui.model.settings import agent_command
from parallel_tui.model.settings.config import Config
from parallel_tui.model.settings.consent import PLAIN_SHELL
from parallel_tui.model.window.attachment import Attachment
from parallel_tui.ports.mux import Mux
from parallel_tui.ports.terminals import Terminals
from parallel_tui.record import dataclass
from parallel_tui.services.machine.ports import SessionPorts
from parallel_tui.services.receipt import Closed, Opened
from parallel_tui.services.session.lookup import Sessions


@dataclass(frozen=True, slots=True)
class Attacher:
    """Attaches, opens and closes windows.

    Attributes:
        mux: The multiplexer.
        terminals: The desktop's terminals.
        sessions: Look-up of what exists.
        config: Effective settings.
        env: Our own environment; tells whether we run in one of its windows.
        ports: What each session has for itself.
    """

    mux: Mux
    terminals: Terminals
    sessions: Sessions
    config: Config
    env: Mapping[str, str]
    ports: SessionPorts

    def attach(self, wanted: str) -> Attachment:
        """The command that shows a session's window; opens a shell window if it has none.

        Raises:
            UsageError: When there is no such session.
            RefusedError: When its directory is gone, so that no window can open in it.
            MuxError: When the multiplexer cannot be used.
        """
        return self.mux.attachment(self._window_of(self._find(wanted)), self.env)

    def attach_window(self, window_id: str) -> Attachment:
        """The command that shows one particular window.

        Raises:
            MuxError: When it is gone, or the multiplexer cannot be used.
        """
        return self.mux.attachment(window_id, self.env)

    def open_terminal(self, wanted: str) -> Opened:
        """Show a session's window in a new terminal of the desktop.

        Raises:
            UsageError: When there is no such session.
            RefusedError: When its directory is gone, or no terminal is known.
            MuxError: When the multiplexer cannot be used.
        """
        session = self._find(wanted)
        self.terminals.check()
        argv = self.mux.command_elsewhere(self._window_of(session), self.env)
        # Not the session's: a terminal, and a server of terminals, keeps the directory it began in.
        main = self.sessions.git.repository.main_path
        directory = main if Path(main).is_dir() else os.path.expanduser("~")  # noqa: PTH111
        program = self.terminals.open(argv, title=session.name, directory=directory)
        return Opened(
            message=f"Opened {session.name} in {program}",
            scopes=(MUX,),
            name=session.name,
            terminal=program,
            session=session.name,
        )

    def open_window(self, wanted: str) -> str:
        """Open a shell window for a session that has none; returns the id of its window.

        Raises:
            UsageError: When there is no such session.
            RefusedError: When its directory is gone.
            MuxError: When the multiplexer cannot be used.
        """
        return self._window_of(self._find(wanted))

    def close_window(self, window_id: str) -> Closed:
        """Close one window and what runs in it. A window already gone is no error.

        Raises:
            MuxError: When the multiplexer cannot be used.
        """
        windows = self.mux.listing().windows
        name = next((window.name for window in windows if window.id == window_id), None)
        self.mux.close_window(window_id)
        what = f"the window {name}" if name is not None else f"the window {window_id}"
        return Closed(message=f"Closed {what}", scopes=(MUX,), window=window_id, name=name)

    def _find(self, wanted: str) -> Joined:
        self.mux.check()
        return self.sessions.find(wanted, windows_matter=True)

    def _window_of(self, session: Joined) -> str:
        if session.windows:
            return session.windows[0].id
        tree = session.worktree
        if tree is None:  # its window is closed since, and it was nothing but a window
            raise RefusedError(f"{session.name} has no window any more.")
        if tree.bare:
            raise RefusedError(
                f"{session.name} is a bare repository, where there is nothing to work on.",
                advice=(Advice("Start a session: ", Act.SPAWN),),
            )
        if tree.missing:
            raise RefusedError(
                f"The directory of {session.name} is gone: {tree.path}",
                advice=(
                    Advice("Bring it back, or remove the session: ", Act.REMOVE, (session.name,)),
                ),
            )
        return self.mux.open_window(
            session=session.name,
            name=session.name,
            directory=tree.path,
            panes=(PLAIN_SHELL,),
            env={**agent_command.environment(session.name), **self.ports.environment(tree)},
        )
