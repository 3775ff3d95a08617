"""Opening and closing windows in the tmux session that belongs to one repository."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from parallel_tui.adapters.tmux import hooks
from parallel_tui.adapters.tmux.command import Address, NoServerError, ask
from parallel_tui.adapters.tmux.gateway import perform
from parallel_tui.adapters.tmux.listing import OWNER_OPTION, REPOSITORY_OPTION, new_mark
from parallel_tui.adapters.tmux.names import encode, literal, session_name, window_name
from parallel_tui.errors import MuxError, RefusedError
from parallel_tui.model.config import LayoutPane, Split
from parallel_tui.model.repository import Repository

_SIZE: Final = ("-x", "200", "-y", "50")
"""Size of a session that nobody looks at yet; it takes the first client's."""

PANE_SCRIPT: Final = """\
if [ -n "$1" ]; then
  set -m
  trap : INT QUIT TSTP
  sh -m -c '
    eval "$1"
    while case $(kill -l $? 2>/dev/null) in *STOP|*TSTP|*TTIN|*TTOU) ;; *) false ;; esac
    do fg >/dev/null; done' sh "$1"
  trap - INT QUIT TSTP
fi
exec "${SHELL:-/bin/sh}"
"""
"""Runs `$1` in a pane and then becomes the user's shell.

Job control (`-m`) makes the command the terminal's foreground process, so that tmux names it and
not `sh`, and so that Ctrl+C ends it alone. There is no prompt to say `fg` at yet, so a command
that suspends itself is resumed: it would otherwise die unseen. The inner `sh` takes syntax errors
and `exit` with it; the pane survives them.
"""


@dataclass(frozen=True, slots=True)
class Windows:
    """The windows of one repository on one server.

    Attributes:
        address: The server.
        repository: Whose tmux session it is.
        wish: Configured name of that session, if any.
    """

    address: Address
    repository: Repository
    wish: str | None

    def own_session(self) -> tuple[str | None, frozenset[str]]:
        """Id of the tmux session made for this repository, and the names of all the others."""
        mark = new_mark()
        template = f"{mark}<" + mark.join(
            ("#{session_id}", f"#{{{REPOSITORY_OPTION}}}", "#{session_name}")
        )
        try:
            text = ask(self.address, [["list-sessions", "-F", template]])
        except NoServerError:
            return None, frozenset()
        mine, others = encode(self.repository.common_dir), set()
        for record in text.split(f"{mark}<")[1:]:
            session_id, owner, name = record.removesuffix("\n").split(mark)
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
        panes: Sequence[LayoutPane],
        env: Mapping[str, str],
    ) -> str:
        """See `Mux.open_window`."""
        # tmux would silently start in the home directory instead
        if not Path(directory).is_dir():
            raise RefusedError(
                f"No window can open in {directory}: the directory is not there",
                hint="Was it moved or deleted? `git worktree list` tells what git believes.",
            )
        first, *further = panes or (LayoutPane(command=""),)
        place = ["-c", literal(directory), *_environment(env)]
        shown = ["-n", literal(window_name(name))]
        window, pane = self._first_pane(shown, place, first)
        try:
            perform(self.address, self._marks(window, session))
            for layout in further:
                pane = self._split(pane, place, layout)
        except BaseException:
            with suppress(MuxError):
                self.close(window)
            raise
        return window

    def close(self, window_id: str) -> None:
        """See `Mux.close_window`."""
        try:
            perform(self.address, [["kill-window", "-t", window_id]])
        except NoServerError:
            return
        except MuxError as error:
            if "can't find window" not in error.message:
                raise

    def _first_pane(self, shown: list[str], place: list[str], first: LayoutPane) -> tuple[str, str]:
        """Open the window, in a new session if there is none; ids of window and pane."""
        own, others = self.own_session()
        if own is None:
            try:
                return self._new_session(others, shown, place, first)
            except MuxError as error:
                if "duplicate session" not in error.message:
                    raise
            # somebody made one at the same moment: for this repository, or it has the name
            own, others = self.own_session()
            if own is None:
                return self._new_session(others, shown, place, first)
        return self._new_window(own, shown, place, first)

    def _new_session(
        self, others: frozenset[str], shown: list[str], place: list[str], first: LayoutPane
    ) -> tuple[str, str]:
        """Make the session with the wanted window as its only one."""
        name = session_name(self.wish or self.repository.name, others)
        session_id, window, pane = self._make_session(name, shown, place, first)
        if self._doorbell_ready():
            with suppress(MuxError):  # without it changes are seen by polling
                perform(self.address, hooks.session_commands(session_id, self.repository.doorbell))
        return window, pane

    def _make_session(
        self, name: str, shown: list[str], place: list[str], first: LayoutPane
    ) -> tuple[str, str, str]:
        target = f"={name}:"
        root = self.repository.main_path
        # The session's own directory and environment are what later windows made by hand get, so
        # it starts with neither the worktree nor the variables of the first pdev session: a
        # placeholder holds the window until it is respawned, all within one process. Should that
        # fail, the placeholder ends by itself and takes the session with it.
        begin = ["new-session", "-d", "-s", name, *_SIZE, *shown, "-c", literal(root)]
        made = perform(
            self.address,
            [
                [*begin, "--", "sleep", "5"],
                # else a user's global setting ends a session that nobody looks at
                ["set-option", "-t", target, "destroy-unattached", "off"],
                ["set-option", "-t", target, REPOSITORY_OPTION, encode(self.repository.common_dir)],
                ["respawn-window", "-k", "-t", target, *place, *_program(first)],
                ["display-message", "-p", "-t", target, "#{session_id} #{window_id} #{pane_id}"],
            ],
        )
        session_id, window, pane = made[-1].split(" ")
        return session_id, window, pane

    def _new_window(
        self, session_id: str, shown: list[str], place: list[str], first: LayoutPane
    ) -> tuple[str, str]:
        begin = ["new-window", "-d", "-t", f"{session_id}:", *shown]
        answer = ["-P", "-F", "#{window_id} #{pane_id}"]
        made = perform(self.address, [[*begin, *answer, *place, *_program(first)]])
        window, pane = made[-1].split(" ")
        return window, pane

    def _split(self, pane: str, place: list[str], layout: LayoutPane) -> str:
        way = "-v" if layout.split is Split.BELOW else "-h"
        where = ["-d", way, "-l", f"{layout.size}%", "-t", pane, "-P", "-F", "#{pane_id}"]
        return perform(self.address, [["split-window", *where, *place, *_program(layout)]])[-1]

    def _marks(self, window: str, session: str) -> list[list[str]]:
        at = ["set-option", "-w", "-t", window]
        marks = [
            [*at, OWNER_OPTION, encode(session)],
            [*at, "automatic-rename", "off"],
            [*at, "allow-rename", "off"],
        ]
        if self._doorbell_ready():
            marks += hooks.window_commands(window, self.repository.doorbell)
        return marks

    def _doorbell_ready(self) -> bool:
        """Whether there is a folder for the doorbell; on a read-only disk there is none."""
        try:
            Path(self.repository.runtime_dir).mkdir(parents=True, exist_ok=True)
        except OSError:
            return False
        return os.access(self.repository.runtime_dir, os.W_OK)


def _environment(env: Mapping[str, str]) -> list[str]:
    return [word for key, value in env.items() for word in ("-e", f"{key}={value}")]


def _program(pane: LayoutPane) -> list[str]:
    """Several words, so that tmux runs them as they are and not through the user's shell."""
    return ["--", "sh", "-c", PANE_SCRIPT, "pdev", pane.command]
