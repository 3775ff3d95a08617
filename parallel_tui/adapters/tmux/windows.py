"""Open and close windows in the repository's own tmux session."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from parallel_tui.adapters.panes.known_servers import KnownServers
from parallel_tui.adapters.panes.names import encode, session_name, window_name
from parallel_tui.adapters.tmux.command import (
    LONGEST,
    Address,
    NoServerError,
    TmuxError,
    ask,
    attempt,
    size,
)
from parallel_tui.adapters.tmux.gateway import VERB_TIMEOUT, perform
from parallel_tui.adapters.tmux.hooks import Bells
from parallel_tui.adapters.tmux.layouts.commands import OPENED_OPTION, closing, environment, program
from parallel_tui.adapters.tmux.listing import (
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
from parallel_tui.record import dataclass, field

_SIZE: Final = ("-x", "200", "-y", "50")
"""Size of a session that nobody looks at yet; it takes the first client's."""

_IDS: Final = "#{session_id} #{window_id} #{pane_id} #{pid} #{socket_path}"
_WAIT: Final = ("--", "sleep", "5")

_REMEMBERED: Final = 5.0
"""Seconds for which it is not asked again which tmux session is ours."""


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
    _seen: dict[str, tuple[str, str, float]] = field(default_factory=dict, compare=False)

    @property
    def bells(self) -> Bells:
        """What tells every dashboard of changes."""
        return Bells(self.address, self.repository)

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
        start = [*place, *program(first)]
        window, pane = self._whole(literal(window_name(name)), session, start)
        try:
            for layout in further:
                pane = self._split(pane, place, layout)
        except BaseException:
            with suppress(MuxError):
                self.close(window)
            raise
        self.bells.ring()
        return window

    def _whole(self, title: str, session: str, start: Sequence[str]) -> tuple[str, str]:
        """Open a window with one pane; returns the ids of both.

        Which tmux session is ours is remembered for a moment: of many windows that are opened one
        after the other, only the first has to ask. Ids mean the same as long as the server lives.
        """
        remembered = self._seen.pop("own", None)
        if remembered is not None and time.monotonic() < remembered[2]:
            try:
                ids = self._beside(remembered[0], title, session, start)
            except MuxError as error:
                if not isinstance(error, NoServerError) and "can't find" not in error.message:
                    raise
            else:
                if ids[3] == remembered[1]:
                    return self._told(ids)
                with suppress(MuxError):  # another server, and perhaps another's session
                    self.close(ids[1])
        own, _ = self.own_session()
        if own is not None:
            return self._told(self._beside(own, title, session, start))
        session_id, window, pane = self.placeholder(title)
        try:
            # options before the program: its first output could already rename the window
            # (not respawn-window, which makes the window the current one)
            chain = [*self._marks(window, session), ["respawn-pane", "-k", "-t", pane, *start]]
            return self._told(self._rung([*chain, _say(window)], session_id, window))
        except BaseException:
            with suppress(MuxError):
                self.close(window)
            raise

    def _told(self, ids: tuple[str, str, str, str]) -> tuple[str, str]:
        self._seen["own"] = (ids[0], ids[3], time.monotonic() + _REMEMBERED)
        return ids[1], ids[2]

    def _beside(
        self, own: str, title: str, session: str, start: Sequence[str]
    ) -> tuple[str, str, str, str]:
        """Open a window in the repository's session, whole or not at all.

        No command of a chain can name what an earlier one made, so the window has a name that
        nobody else has, until the last one.
        """
        token = f"pdev-{os.urandom(6).hex()}"
        target = f"{own}:={token}"
        chain = [
            ["new-window", "-d", "-t", f"{own}:", "-n", token, *start],
            ["set-option", "-w", "-t", target, OPENED_OPTION, token],
            *self._marks(target, session),
            _say(target),
        ]
        try:
            return self._rung(chain, own, target, ["rename-window", "-t", target, title])
        except BaseException:
            with suppress(MuxError):  # a server that hangs does this too, when it goes on
                self._begin([closing(own, token)])
            raise

    def _rung(
        self, chain: Sequence[Sequence[str]], own: str, target: str, last: Sequence[str] = ()
    ) -> tuple[str, str, str, str]:
        """Run a chain that says at its end what it made, and hang the hooks for changes.

        Returns:
            Ids of session, window and pane, and the server's process.
        """
        renaming = [last] if last else []
        bells = self.bells.commands(own, target)
        if sum(map(size, [*chain, *bells, *renaming])) > LONGEST:
            bells = []
        commands = [*chain, *bells, *renaming]
        printed, error = attempt(self.address, commands, timeout=VERB_TIMEOUT)
        if not printed:
            raise error or TmuxError(f"tmux {self.address.label} did not say what it opened")
        session_id, window, pane, pid, socket = printed.removesuffix("\n").split(" ", 4)
        self.known.remember(socket, int(pid))
        if error is not None and renaming:  # hooks were refused: changes are noticed by polling
            self._begin([["rename-window", "-t", window, last[-1]]])
        if not bells:
            self.bells.hang(session_id, window)
        return session_id, window, pane, pid

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
        self.bells.ring()

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


def _say(target: str) -> list[str]:
    return ["display-message", "-p", "-t", target, _IDS]
