"""GNU Screen as engine and services use it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Final

from parallel_tui.adapters.panes.known_servers import KnownServers
from parallel_tui.adapters.process import leaders
from parallel_tui.adapters.screen import attachment, hardcopy, typing_in
from parallel_tui.adapters.screen.command import (
    NAME,
    ScreenError,
    ScreenSession,
    demand_version,
    run,
)
from parallel_tui.adapters.screen.looking import Looking, ScreenWindow
from parallel_tui.adapters.screen.sockets import Sockets
from parallel_tui.adapters.screen.windows import ScreenWindows
from parallel_tui.model.session.repository import Repository
from parallel_tui.model.settings.consent import ApprovedPane
from parallel_tui.model.window.attachment import Attachment
from parallel_tui.model.window.mux_news import MuxNews, deaf
from parallel_tui.model.window.pane_input import PaneInput
from parallel_tui.model.window.window import MuxListing, Screen, Window
from parallel_tui.ports.mux import MuxWatch

_ID: Final = re.compile(r"[0-9]+:[0-9]+")
"""A window by its server's process and its own first one: numbers and titles may change."""


class DeafWatch:
    """Tells that nothing tells of changes, each time that a session is there. A `MuxWatch`.

    Args:
        told: Gets the news.
    """

    def __init__(self, told: Callable[[MuxNews], None]) -> None:
        self._told: Callable[[MuxNews], None] | None = told
        self._said = ""

    def listed(self, running: bool, silent: Sequence[ScreenSession] = ()) -> None:
        """A listing was made; without any session there is nothing to tell of.

        Args:
            running: Whether there is any.
            silent: Those that gave no answer.
        """
        said = _deafness(silent) if running else ""
        if said and said != self._said and self._told is not None:
            self._told(deaf(said))
        self._said = said

    def stop(self) -> None:
        """See `MuxWatch.stop`."""
        self._told = None

    def close(self) -> None:
        """See `MuxWatch.close`."""
        self.stop()


def _deafness(silent: Sequence[ScreenSession]) -> str:
    if not silent:
        return f"{NAME} tells of no changes"
    names = ", ".join(each.sty for each in silent)
    verb = "does" if len(silent) == 1 else "do"
    return f"{NAME} tells of no changes, and {names} {verb} not answer"


class GnuScreen:
    """The screen sessions of this user, one of them the repository's. Implements `Mux`.

    Never ends a session, never wipes a dead one, and sets nothing for windows that it did not open.

    Args:
        repository: Whose windows are ours.
        env: Our own environment: says where sockets are; the process's by default.
    """

    def __init__(self, repository: Repository, env: Mapping[str, str] | None = None) -> None:
        runtime = Path(repository.runtime_dir)
        known = KnownServers(runtime / "screens")
        ends = runtime / "screen-ends"
        self._sockets = Sockets(os.environ if env is None else env, known)
        self._looking = Looking(ends)
        self._watch: DeafWatch | None = None
        self._windows = ScreenWindows(repository, self._sockets, known, self._anew, ends)

    @property
    def name(self) -> str:
        """See `Mux.name`."""
        return NAME

    @property
    def notice(self) -> str:
        """See `Mux.notice`."""
        return ""

    def option(self, server: str) -> str:
        """See `Mux.option`. There is none: all servers are looked at."""
        return ""

    def is_window_id(self, text: str) -> bool:
        """See `Mux.is_window_id`."""
        return _ID.fullmatch(text) is not None

    def is_server(self, process: str) -> bool:
        """See `Mux.is_server`."""
        return process == "screen"

    def check(self) -> None:
        """See `Mux.check`."""
        self._demand_processes()
        self._sockets.check()
        demand_version(run(("screen", "--version"), None).stdout.decode("utf-8", "replace"))

    def listing(self, screens: Collection[str] = ()) -> MuxListing:
        """See `Mux.listing`. At most one process in a steady state, and one for each screen."""
        found, servers = self._look(fresh=False)
        if self._watch is not None:
            self._watch.listed(bool(servers), self._looking.silent)
        shown = [self._screen(each) for each in found if each.window.id in screens]
        return MuxListing(
            running=bool(servers),
            windows=tuple(each.window for each in found),
            screens=tuple(screen for screen in shown if screen is not None),
        )

    def watch(self, told: Callable[[MuxNews], None], own_pane: str | None) -> MuxWatch:
        """See `Mux.watch`. It tells of nothing."""
        told(deaf(f"{NAME} tells of no changes"))
        self._watch = DeafWatch(told)
        return self._watch

    def oddities(self) -> tuple[tuple[str, str], ...]:
        """See `Mux.oddities`."""
        self._look(fresh=True)
        found = [
            (
                f"the screen session {each.sty} does not answer, so little is known of its windows",
                f"kill -CONT {each.pid}",
            )
            for each in self._looking.silent
        ]
        if dead := self._sockets.dead():
            what = "a screen session has" if dead == 1 else f"{dead} screen sessions have"
            where = f"ended and left a socket in {self._sockets.folder}"
            found.append((f"{what} {where}", "screen -wipe"))
        return tuple(found)

    def elsewhere(self) -> Mapping[str, tuple[Window, ...]]:
        """See `Mux.elsewhere`. Sessions of the repository are listed wherever their sockets are."""
        return {}

    def own_pane(self, env: Mapping[str, str]) -> str | None:
        """See `Mux.own_pane`."""
        process, _, name = env.get("STY", "").partition(".")
        if not name or not process.isascii() or not process.isdigit():
            return None
        for pid in leaders.children([int(process)])[int(process)]:
            begun = leaders.environment(pid) or {}
            here = begun.get("STY", "").partition(".")[0] == process
            if here and begun.get("WINDOW") == env.get("WINDOW"):
                return f"{process}:{pid}"
        return None

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
        return self._windows.open(
            session=session, name=name, directory=directory, panes=panes, env=env
        )

    def close_window(self, window_id: str) -> None:
        """See `Mux.close_window`."""
        found = self._find(window_id)
        if found is not None:
            self._windows.close(found)

    def pane_input(self, pane: str) -> PaneInput:
        """See `Mux.pane_input`."""
        return typing_in.pane_input(self._demand(pane))

    def type_into(self, pane: str, pid: int, text: str) -> bool:
        """See `Mux.type_into`."""
        found = self._find(pane)
        return found is not None and typing_in.type_into(found, pid, text)

    def attachment(self, window_id: str, env: Mapping[str, str]) -> Attachment:
        """See `Mux.attachment`."""
        return attachment.attachment(self._demand(window_id), env)

    def beside(self, name: str, argv: Sequence[str], env: Mapping[str, str]) -> Attachment | None:
        """See `Mux.beside`."""
        return None  # it has no window that closes by itself and comes back to ours

    def command_elsewhere(self, window_id: str, env: Mapping[str, str]) -> Sequence[str]:
        """See `Mux.command_elsewhere`."""
        return attachment.command_elsewhere(self._demand(window_id))

    def _look(self, *, fresh: bool) -> tuple[list[ScreenWindow], tuple[ScreenSession, ...]]:
        self._demand_processes()
        servers = self._sockets.servers()
        return self._looking.look(servers, self._sockets.own(servers), fresh=fresh), servers

    def _anew(self) -> list[ScreenWindow]:
        return self._look(fresh=True)[0]

    def _find(self, window_id: str) -> ScreenWindow | None:
        if not self.is_window_id(window_id):
            raise ScreenError(f"{window_id!r} is not the id of a window of {NAME}")
        return next((each for each in self._anew() if each.window.id == window_id), None)

    def _demand(self, window_id: str) -> ScreenWindow:
        found = self._find(window_id)
        if found is None:
            raise ScreenError(
                f"{NAME} has no window {window_id} any more",
                hint="It was closed in the meantime.",
            )
        return found

    def _screen(self, found: ScreenWindow) -> Screen | None:
        if found.number is None:
            return None
        pane = found.window.active_pane
        lines = hardcopy.captured(found.server, found.number, pane.height, modern=found.modern)
        return None if lines is None else Screen(pane.id, lines, pane.width)

    def _demand_processes(self) -> None:
        if not leaders.available():
            raise ScreenError(
                f"{NAME} is supported only where /proc tells of processes, as on Linux",
                hint="Choose another one by the setting `multiplexer`.",
            )
