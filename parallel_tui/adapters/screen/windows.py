"""Open and close windows in the repository's own screen session."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Final

from parallel_tui.adapters import small_file
from parallel_tui.adapters.disk import files
from parallel_tui.adapters.panes.known_servers import KnownServers
from parallel_tui.adapters.panes.names import session_name, window_name
from parallel_tui.adapters.panes.script import pane_script
from parallel_tui.adapters.process import leaders
from parallel_tui.adapters.screen import quoting
from parallel_tui.adapters.screen.command import GoneError, ScreenError, run, tell
from parallel_tui.adapters.screen.looking import ScreenWindow
from parallel_tui.adapters.screen.private import private_folder
from parallel_tui.adapters.screen.rows import MARK_OF_OURS, marked
from parallel_tui.adapters.screen.sockets import Sockets
from parallel_tui.adapters.screen.typing_in import number_of
from parallel_tui.errors import MuxError, RefusedError
from parallel_tui.model.session.repository import Repository
from parallel_tui.model.settings.consent import PLAIN_SHELL, ApprovedPane
from parallel_tui.patience import ask_until
from parallel_tui.record import dataclass

VERB_TIMEOUT: Final = 20.0
"""Seconds in which a window must have opened; the first one starts a server with its settings."""

_CLOSES: Final = 2.0
"""Seconds in which a program may take its end; its window has gone before."""


@dataclass(frozen=True, slots=True)
class ToOpen:
    """One window to open.

    Attributes:
        token: Names the opening.
        title: Title of the window.
        directory: Where its shell starts.
        owner: pdev session that it is made for.
        pane: What runs in it.
        env: Variables set in it.
    """

    token: str
    title: str
    directory: str
    owner: str
    pane: ApprovedPane
    env: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ScreenWindows:
    """The windows of one repository.

    Attributes:
        repository: Whose session it is.
        sockets: Finds sessions.
        known: Gets to know the session that is made.
        look: Lists windows anew.
        ends: Where notes go of how commands ended.
    """

    repository: Repository
    sockets: Sockets
    known: KnownServers
    look: Callable[[], list[ScreenWindow]]
    ends: Path

    def open(
        self,
        *,
        session: str,
        name: str,
        directory: str,
        panes: Sequence[ApprovedPane],
        env: Mapping[str, str],
    ) -> str:
        """See `Mux.open_window`. Each further pane is a window of its own: regions are of displays.

        Raises:
            RefusedError: When the directory is not there.
            ScreenError: When a window did not open; those before it are closed again.
        """
        if not Path(directory).is_dir():
            raise RefusedError(
                f"No window can open in {directory}: the directory is not there",
                hint="Was it moved or deleted? `git worktree list` tells what git believes.",
            )
        made: list[ScreenWindow] = []
        title = window_name(name)
        try:
            for number, pane in enumerate(panes or (PLAIN_SHELL,), start=1):
                called = title if number == 1 else f"{title}-{number}"
                token = os.urandom(8).hex()
                made.append(self._one(ToOpen(token, called, directory, session, pane, env)))
        except BaseException:
            for found in made:
                with suppress(MuxError):
                    self.close(found)
            raise
        self._ring()
        return made[0].window.id

    def close(self, found: ScreenWindow) -> None:
        """Close a window, and wait a moment for what runs in it to end."""
        pid = found.window.active_pane.pid
        with suppress(GoneError):
            tell(found.server, number_of(found), ("kill",))
        ask_until(lambda: leaders.stat_of(pid), lambda stat: stat is None, seconds=_CLOSES)
        self._ring()

    def _one(self, opening: ToOpen) -> ScreenWindow:
        with private_folder() as folder:
            path = Path(folder, f"open-{opening.token}")
            # Passed by a file: a server takes a few hundred bytes, and expands them.
            path.write_bytes(os.fsencode(self._script(opening)))
            with self._alone():
                new = self._start(opening.title, str(path))
                found = ask_until(
                    lambda: None if path.exists() else self._found(opening.token),
                    lambda answer: answer is not None,
                    seconds=VERB_TIMEOUT,
                )
                if found is None:
                    raise ScreenError(
                        f"GNU Screen opened no window within {VERB_TIMEOUT:.0f} s",
                        hint="Its session may be stopped, or have as many windows as it takes.",
                    )
                if new:
                    self.known.remember(found.server.socket, found.server.pid)
        self._settle(found, new)
        return found

    def _start(self, title: str, path: str) -> bool:
        """Have a shell run a file in a new window.

        Of the repository's session, else of the one that we run in, for a display can not change
        from one session to another; else of a new one, which is the repository's then.

        Returns:
            Whether it is of a new session.
        """
        servers = self.sockets.servers()
        place = self.sockets.own(servers) or self.sockets.around(servers)
        if place is None:
            wanted = session_name(self.repository.name, {each.name for each in servers})
            argv = ("screen", "-U", "-dmS", wanted, "-t", title, "/bin/sh", path)
            done = run(argv, self.sockets.folder, timeout=VERB_TIMEOUT)
            if done.returncode:
                said = (done.stdout + done.stderr).decode("utf-8", "replace").split()
                raise ScreenError(
                    f"GNU Screen did not start: {' '.join(said) or 'no reason given'}"
                )
            return True
        opens = ("screen", "-t", title, "/bin/sh", path)
        if place.attached:
            # Whoever has it before them keeps seeing what they saw.
            tell(place, None, ("eval", quoting.line(opens), "other"))
        else:
            tell(place, None, tuple(map(quoting.word, opens)))
        return False

    def _settle(self, found: ScreenWindow, new: bool) -> None:
        """Keep its title; windows opened by hand in a new session begin in the main worktree."""
        place = quoting.line(("chdir", self.repository.main_path))
        also = (place,) if new and len(place) < quoting.LONGEST // 2 else ()
        with suppress(MuxError):
            tell(found.server, found.number, ("eval", "dynamictitle off", *also))

    def _found(self, token: str) -> ScreenWindow | None:
        for found in self.look():
            env = leaders.environment(found.window.active_pane.pid) or {}
            if f":{token}:" in env.get(MARK_OF_OURS, "") and found.window.owner is not None:
                return found
        return None

    def _script(self, opening: ToOpen) -> str:
        """What the first shell of a window reads: it goes there and becomes the pane's shell."""
        note = f"{self.ends}/{opening.token}"
        noting = f'echo "$ended $(date +%s)" 2>/dev/null >{shlex.quote(note)}'
        mark = marked(opening.token, opening.owner, opening.title)
        given = [f"{name}={value}" for name, value in opening.env.items()]
        run_in = ["sh", "-c", pane_script(noting), "pdev", opening.pane.command.text]
        with suppress(OSError):
            self.ends.mkdir(parents=True, exist_ok=True)
        return (
            f"cd -- {shlex.quote(opening.directory)}\n"
            'rm -f -- "$0"\n'
            f"exec env {MARK_OF_OURS}=$$:{shlex.quote(mark)} {shlex.join([*given, *run_in])}\n"
        )

    def _alone(self) -> AbstractContextManager[None]:
        return files.guard(Path(self.repository.runtime_dir, "screens.guard"))

    def _ring(self) -> None:
        """Notify every dashboard of this repository: a screen server tells nobody."""
        with suppress(OSError):
            Path(self.repository.runtime_dir).mkdir(parents=True, exist_ok=True)
            small_file.touch(self.repository.doorbell)
