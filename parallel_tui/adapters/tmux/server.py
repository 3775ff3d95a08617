"""The tmux server as engine and services use it."""

from __future__ import annotations

import os
import re
import shlex
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from subprocess import TimeoutExpired
from typing import Final

from parallel_tui.adapters.panes.known_servers import KnownServers, Server
from parallel_tui.adapters.process import programs
from parallel_tui.adapters.tmux import attachment, typing_in
from parallel_tui.adapters.tmux.absent import NAME
from parallel_tui.adapters.tmux.command import (
    INSTALL_HINT,
    TIMEOUT,
    Address,
    NoServerError,
    TmuxError,
    ask,
    ended,
    missing,
    socket_of,
    unreachable,
)
from parallel_tui.adapters.tmux.listening.control import ClientEndedError
from parallel_tui.adapters.tmux.listening.watching import Watching
from parallel_tui.adapters.tmux.listing import commands, listing_of, new_mark
from parallel_tui.adapters.tmux.names import WINDOW_ID
from parallel_tui.adapters.tmux.oddities import oddities
from parallel_tui.adapters.tmux.windows import Windows
from parallel_tui.errors import MuxError
from parallel_tui.model.inheritance import INSIDE_TMUX, outside_windows
from parallel_tui.model.session.repository import Repository
from parallel_tui.model.settings.consent import ApprovedPane
from parallel_tui.model.window.attachment import Attachment
from parallel_tui.model.window.mux_news import MuxNews
from parallel_tui.model.window.pane_input import PaneInput
from parallel_tui.model.window.window import MuxListing, Window
from parallel_tui.ports.mux import MuxWatch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.adapters.tmux.listening.shared import Ear, SharedClients

OLDEST: Final = (3, 2)
"""Has `new-window -e`, `if-shell -F` in chains and hooks of windows as we use them."""

_SERVER: Final = "tmux: server"
"""What a tmux server calls itself in the process table."""

_LAST_MOMENTS: Final = 3.0
"""Seconds that a server which answers no more may take to end."""

_VERSION: Final = re.compile(r"(\d+)\.(\d+)")


class Tmux:
    """A tmux server, with the tmux session of one repository. Implements `Mux`.

    Safe to use from several threads: nothing is kept between calls but the last listing, whole.
    Never ends a server and never sets a global option.

    Args:
        repository: Whose windows are ours.
        socket: Name or path of the server's socket; `None` for the one that a bare `tmux` would
            use here.
        session: Name of the repository's tmux session; `None` for the repository's own name. A
            session of that name that we did not make is left alone, and a suffix is used.
        env: Our own environment, which says what tmux we run in; the process's by default.
        clients: Listen for all repositories of a program; by default one client is ours alone.

    Attributes:
        windows: The repository's windows there.
    """

    def __init__(
        self,
        repository: Repository,
        socket: str | None,
        session: str | None,
        env: Mapping[str, str] | None = None,
        clients: SharedClients | None = None,
    ) -> None:
        self._clients = clients
        self._repository = repository
        self._address = Address.of(socket, os.environ if env is None else env)
        self._known = KnownServers(Path(repository.runtime_dir, "servers"))
        self.windows = Windows(self._address, repository, session, self._known)
        self._server: int | None = None
        self._absent = False
        self._good_until = 0.0
        self._last: tuple[str, MuxListing] | None = None
        self._watching: Watching | Ear | None = None

    @property
    def name(self) -> str:
        """See `Mux.name`."""
        return NAME

    def option(self, server: str) -> str:
        """See `Mux.option`."""
        return f"--tmux-socket {shlex.quote(server)}"

    def is_window_id(self, text: str) -> bool:
        """See `Mux.is_window_id`."""
        return WINDOW_ID.fullmatch(text) is not None

    def is_server(self, process: str) -> bool:
        """See `Mux.is_server`."""
        return process == _SERVER

    def check(self) -> None:
        """See `Mux.check`. What was good a moment ago is not asked again."""
        if time.monotonic() < self._good_until:
            return
        try:
            done = programs.run(["tmux", "-V"], env=os.environ, timeout=TIMEOUT)
        except FileNotFoundError as error:
            raise missing() from error
        except (OSError, TimeoutExpired) as error:
            raise TmuxError(f"tmux could not be started: {error}", hint=INSTALL_HINT) from error
        said = done.stdout.decode("utf-8", "replace").strip()
        found = _VERSION.search(said)
        # a version without numbers (`tmux master`) was built from newer sources
        if found and (int(found[1]), int(found[2])) < OLDEST:
            needed = ".".join(map(str, OLDEST))
            raise TmuxError(f"{said} is too old: {needed} or newer is needed", hint=INSTALL_HINT)
        self._good_until = time.monotonic() + 5.0

    def listing(self, screens: Collection[str] = ()) -> MuxListing:
        """See `Mux.listing`; by the client that watches, else by a process in 3 to 5 ms."""
        try:
            mark, text = self._answer(screens)
        except NoServerError:
            self._demand_ended()
            self._server = None
            self._absent = True
            self._kick(None)
            return MuxListing(running=False)
        except MuxError as error:
            # said by a server that runs without any session (`exit-empty off`)
            if error.message.endswith(": no current target"):
                return MuxListing(running=True)
            raise
        self._absent = False
        told = text.replace(mark, "\0")  # which nothing that tmux prints contains
        last = self._last
        if last is None or last[0] != told:
            last = self._last = (told, listing_of(mark, text, self._repository.common_dir))
        self._server = last[1].server
        self._kick(last[1])
        return last[1]

    def _answer(self, screens: Collection[str]) -> tuple[str, str]:
        """A mark and what tmux answers, by the client that listens where there is one."""
        mark = new_mark()
        client = self._watching.client if self._watching is not None else None
        if client is not None:
            with suppress(ClientEndedError):
                if self._clients is not None and not screens:
                    return self._clients.listing(client, self._watching)
                return mark, client.ask(commands(mark, screens))
        if self._absent and ended(self._address.socket):
            raise NoServerError(f"No tmux server is running {self._address.label}")
        return mark, ask(self._address, commands(mark, screens))

    def watch(self, told: Callable[[MuxNews], None], own_pane: str | None) -> MuxWatch:
        """See `Mux.watch`. A hidden client, as `hiding` and `control` say."""
        listen = Watching if self._clients is None else self._clients.watch
        self._watching = listen(self._address, told, own_pane)
        return self._watching

    def _kick(self, listed: MuxListing | None) -> None:
        """Have another client tried when whoever looks at what is not as it was."""
        if self._watching is not None and self._watching.client is None:
            rooms = listed and {
                (window.session_id, window.attached, window.active and window.bell)
                for window in listed.windows
            }
            self._watching.listed(rooms)

    @property
    def notice(self) -> str:
        """See `Mux.notice`."""
        return self._address.notice

    def surrounds(self, env: Mapping[str, str]) -> bool:
        """Whether a program with this environment runs in a pane of this server.

        If not, `TMUX_PANE` names somebody else's pane, or none: servers number panes alike.
        """
        inside = socket_of(env)
        return inside is not None and attachment.same_socket(inside, self._address.socket)

    def own_pane(self, env: Mapping[str, str]) -> str | None:
        """See `Mux.own_pane`."""
        return env.get("TMUX_PANE") or None if self.surrounds(env) else None

    def elsewhere(self) -> Mapping[str, tuple[Window, ...]]:
        """See `Mux.elsewhere`. One process for each other server that runs."""
        found: dict[str, tuple[Window, ...]] = {}
        for server in self._known.running():
            if self._is_ours(server):
                if self._server not in (None, server.pid):
                    raise unreachable(server.pid, server.socket)
                continue
            mark = new_mark()
            try:
                text = ask(Address(path=server.socket), commands(mark, ()))
            except NoServerError:
                self._demand_ended(server)
                continue
            listed = listing_of(mark, text, self._repository.common_dir)
            if listed.server not in (None, server.pid):
                raise unreachable(server.pid, server.socket)
            found[server.socket] = listed.windows
        return found

    def oddities(self) -> tuple[tuple[str, str], ...]:
        """See `Mux.oddities`."""
        return oddities(self._address)

    def _demand_ended(self, server: Server | None = None) -> None:
        """Refuse the answer "no server" while a server known by its process still runs.

        Args:
            server: Which did not answer; ours by default.

        Raises:
            MuxError: When one runs and cannot be reached.
        """
        deadline = time.monotonic() + _LAST_MOMENTS
        meant = self._is_ours if server is None else server.__eq__
        while running := [each for each in self._known.running() if meant(each)]:
            if time.monotonic() > deadline:
                raise unreachable(running[0].pid, running[0].socket)
            time.sleep(0.02)

    def _is_ours(self, server: Server) -> bool:
        return attachment.same_socket(server.socket, self._address.socket)

    def open_window(
        self,
        *,
        session: str,
        name: str,
        directory: str,
        panes: Sequence[ApprovedPane],
        env: Mapping[str, str],
    ) -> str:
        """See `Mux.open_window`."""
        self.check()
        return self.windows.open(
            session=session, name=name, directory=directory, panes=panes, env=env
        )

    def close_window(self, window_id: str) -> None:
        """See `Mux.close_window`."""
        try:
            self.windows.close(_checked(window_id))
        except NoServerError:
            self._demand_ended()

    def pane_input(self, pane: str) -> PaneInput:
        """See `Mux.pane_input`."""
        return typing_in.pane_input(self._address, pane)

    def type_into(self, pane: str, pid: int, text: str) -> bool:
        """See `Mux.type_into`."""
        return typing_in.type_into(self._address, pane, pid, text)

    def attachment(self, window_id: str, env: Mapping[str, str]) -> Attachment:
        """See `Mux.attachment`."""
        common = self._repository.common_dir
        return attachment.attachment(self._address, common, _checked(window_id), env)

    def beside(self, name: str, argv: Sequence[str], env: Mapping[str, str]) -> Attachment | None:
        """See `Mux.beside`."""
        return attachment.beside(name, argv, env)

    def command_elsewhere(self, window_id: str, env: Mapping[str, str]) -> Sequence[str]:
        """See `Mux.command_elsewhere`."""
        # The new terminal is not inside tmux, even if we are.
        shown = self.attachment(window_id, outside_windows(env))
        # A terminal may hand the command to a server of its own, with another environment.
        unset = [word for name in INSIDE_TMUX for word in ("-u", name)]
        return ("env", *unset, *shown.argv)


def _checked(window_id: str) -> str:
    if not WINDOW_ID.fullmatch(window_id):
        raise TmuxError(f"{window_id!r} is not the id of a tmux window")
    return window_id
