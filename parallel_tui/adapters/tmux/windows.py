"""Open and close windows in the repository's own tmux session."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from parallel_tui.adapters import small_file
from parallel_tui.adapters.panes.known_servers import KnownServers
from parallel_tui.adapters.panes.names import encode, session_name, window_name
from parallel_tui.adapters.panes.script import pane_script
from parallel_tui.adapters.tmux import hooks
from parallel_tui.adapters.tmux.command import Address, NoServerError, ask
from parallel_tui.adapters.tmux.gateway import VERB_TIMEOUT, perform
from parallel_tui.adapters.tmux.listing import (
    EXIT_OPTION,
    OWNER_OPTION,
    REPOSITORY_OPTION,
    new_mark,
    record_of,
)
from parallel_tui.adapters.tmux.names import literal
from parallel_tui.errors import MuxError, RefusedError
from parallel_tui.model.session.repository import Repository
from parallel_tui.model.settings.config import Split
from parallel_tui.model.settings.consent import PLAIN_SHELL, ApprovedPane
from parallel_tui.record import dataclass

_SIZE: Final = ("-x", "200", "-y", "50")
"""Size of a session that nobody looks at yet; it takes the first client's."""

_MANY_HOOKS: Final = 25
"""Commands that hang hooks in one chain; tmux takes 16 KiB."""

_IDS: Final = "#{session_id} #{window_id} #{pane_id} #{pid} #{socket_path}"
_WAIT: Final = ("--", "sleep", "5")

PANE_SCRIPT: Final = pane_script(
    f'tmux set-option -p -t "$TMUX_PANE" {EXIT_OPTION} "$ended $(date +%s)" 2>/dev/null'
)
"""How a command ended, and when, is left in an option of the pane, where each listing finds it."""


@dataclass(frozen=True, slots=True)
class Windows:
    """The windows of one repository on one server.

    Attributes:
        address: The server.
        repository: Whose tmux session it is.
        wish: Configured name of that session, if any.
        known: Gets to know every server that a window was opened on.
    """

    address: Address
    repository: Repository
    wish: str | None
    known: KnownServers

    def own_session(self) -> tuple[str | None, frozenset[str]]:
        """Id of the tmux session made for this repository, and the names of all the others."""
        mark = new_mark()
        template = record_of(mark, "<", ("session_id", REPOSITORY_OPTION, "session_name"))
        try:
            text = ask(self.address, [["list-sessions", "-F", template]])
        except NoServerError:
            return None, frozenset()
        mine, others = encode(self.repository.common_dir), set()
        for record in text.split(f"{mark}<")[1:]:
            session_id, owner, name = record.removesuffix("\n").split(f"{mark}|")
            if owner == mine:
                return session_id, frozenset()
            others.add(name)
        return None, frozenset(others)

    def open(
        self,
        *,
        session: str,
        name: str,
        directory: str,
        panes: Sequence[ApprovedPane],
        env: Mapping[str, str],
    ) -> str:
        """See `Mux.open_window`."""
        # tmux would silently start in the home directory instead
        if not Path(directory).is_dir():
            raise RefusedError(
                f"No window can open in {directory}: the directory is not there",
                hint="Was it moved or deleted? `git worktree list` tells what git believes.",
            )
        first, *further = panes or (PLAIN_SHELL,)
        place = ["-c", literal(directory), *environment(env)]
        session_id, window, pane = self.placeholder(literal(window_name(name)))
        try:
            # options before the program: its first output could already rename the window
            # (not respawn-window, which makes the window the current one)
            start = ["respawn-pane", "-k", "-t", pane, *place, *program(first)]
            self._begin([*self._marks(window, session), start])
            for layout in further:
                pane = self._split(pane, place, layout)
        except BaseException:
            with suppress(MuxError):
                self.close(window)
            raise
        self.hang_bells(session_id, window)
        return window

    def close(self, window_id: str) -> None:
        """See `Mux.close_window`.

        Raises:
            NoServerError: When no server answers, which does not prove that the window is gone.
        """
        try:
            perform(self.address, [["kill-window", "-t", window_id]])
        except NoServerError:
            raise
        except MuxError as error:
            if "can't find window" not in error.message:
                raise
        self._ring()

    def placeholder(self, name: str) -> tuple[str, str, str]:
        """Open a window that waits for its program, in a new session if there is none.

        The placeholder ends by itself, should we be ended before the program is there.

        Returns:
            Ids of session, window and pane.
        """
        own, others = self.own_session()
        if own is None:
            try:
                return self._new_session(others, name)
            except MuxError as error:
                if "duplicate session" not in error.message:
                    raise
            # somebody made one at the same moment: for this repository, or it has the name
            own, others = self.own_session()
            if own is None:
                return self._new_session(others, name)
        begin = ["new-window", "-d", "-t", f"{own}:", "-n", name, "-P", "-F", _IDS]
        return self._ids(self._begin([[*begin, *_WAIT]]))

    def _new_session(self, others: frozenset[str], name: str) -> tuple[str, str, str]:
        """Create the session with the wanted window as its only one.

        Its own directory and environment are what windows made by hand will get, so they are the
        main worktree's and nobody's: the pdev session's come with the program.
        """
        wanted = session_name(self.wish or self.repository.name, others)
        target = f"={wanted}:"
        place = ["-n", name, "-c", literal(self.repository.main_path), "-P", "-F", _IDS]
        printed = self._begin(
            [
                ["new-session", "-d", "-s", wanted, *_SIZE, *place, *_WAIT],
                # else a user's global setting ends a session that nobody looks at
                ["set-option", "-t", target, "destroy-unattached", "off"],
                [
                    *("set-option", "-t", target, REPOSITORY_OPTION),
                    encode(self.repository.common_dir),
                ],
            ]
        )
        return self._ids(printed)

    def _begin(self, commands: Sequence[Sequence[str]]) -> str:
        """Run commands that start something; returns their output without its end.

        Not through libtmux: tmux gives what its client has to the server that it starts, and the
        client's `PATH` to every pane.
        """
        return ask(self.address, commands, timeout=VERB_TIMEOUT).removesuffix("\n")

    def _ids(self, printed: str) -> tuple[str, str, str]:
        """Parse the ids of what was made, and record the server."""
        session_id, window, pane, pid, socket = printed.split(" ", 4)
        self.known.remember(socket, int(pid))
        return session_id, window, pane

    def _split(self, pane: str, place: list[str], layout: ApprovedPane) -> str:
        way = "-v" if layout.split is Split.BELOW else "-h"
        where = ["-d", way, "-l", f"{layout.size}%", "-t", pane, "-P", "-F", "#{pane_id}"]
        return self._begin([["split-window", *where, *place, *program(layout)]])

    def _marks(self, window: str, session: str) -> list[list[str]]:
        at = ["set-option", "-w", "-t", window]
        return [
            self.owner_mark(window, session),
            [*at, "automatic-rename", "off"],
            [*at, "allow-rename", "off"],
        ]

    @staticmethod
    def owner_mark(target: str, session: str) -> list[str]:
        """The command that says which session a window is for."""
        return ["set-option", "-w", "-t", target, OWNER_OPTION, encode(session)]

    def hang_bells(self, session_id: str, *windows: str) -> None:
        """Add hooks for changes; without them, changes are noticed by polling."""
        if self._doorbell_ready():
            bell = self.repository.doorbell
            chain = hooks.session_commands(session_id, bell)
            with suppress(MuxError):
                for window in windows:
                    if len(chain) > _MANY_HOOKS:
                        perform(self.address, chain)
                        chain = []
                    chain += hooks.window_commands(window, bell)
                perform(self.address, chain)
            self._ring()

    def _ring(self) -> None:
        """Notify every dashboard of this repository, because tmux reports not everything."""
        if self._doorbell_ready():
            with suppress(OSError):
                small_file.touch(self.repository.doorbell)

    def _doorbell_ready(self) -> bool:
        """Whether the doorbell's folder exists or can be made; not on a read-only disk."""
        try:
            Path(self.repository.runtime_dir).mkdir(parents=True, exist_ok=True)
        except OSError:
            return False
        return os.access(self.repository.runtime_dir, os.W_OK)


def environment(env: Mapping[str, str]) -> list[str]:
    """Options that set variables in a pane."""
    return [word for key, value in env.items() for word in ("-e", f"{key}={value}")]


def program(pane: ApprovedPane) -> list[str]:
    """Several words, so that tmux runs them directly and not through the user's shell."""
    return ["--", "sh", "-c", PANE_SCRIPT, "pdev", pane.command.text]
