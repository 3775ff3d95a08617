"""One process that asks a GNU Screen server something, or tells it to do something."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from subprocess import CompletedProcess, TimeoutExpired
from threading import Lock
from typing import Final

from parallel_tui.adapters.process import programs
from parallel_tui.errors import MuxError
from parallel_tui.model.inheritance import outside_windows
from parallel_tui.patience import FIRST_PAUSE, Patience
from parallel_tui.record import dataclass

NAME: Final = "GNU Screen"
"""What this multiplexer is called."""

TIMEOUT: Final = 5.0
"""Seconds until a server counts as hung; an answer takes 3 ms."""

INSTALL_HINT: Final = (
    "Install it, for example with `apt install screen`, `dnf install screen` or "
    "`brew install screen`, or choose another one by `multiplexer`."
)

OLDEST: Final = (4, 2)
"""Answers queries (`-Q`), and lists windows by a format."""

_IN_LINE: Final = 2.0
"""Seconds in which others who ask the same server have their answers."""

_TAKEN: Final = b"already a screen running"
"""Said while somebody else asks."""

_ONE_BY_ONE: Final = Lock()

_VERSION: Final = re.compile(r"version (\d+)\.(\d+)")


class ScreenError(MuxError):
    """GNU Screen is missing, does not answer, or refused a command."""

    title = "GNU Screen cannot be used"


class GoneError(ScreenError):
    """There is no such server any more."""


class HungError(ScreenError):
    """It did not answer in time."""


@dataclass(frozen=True, slots=True)
class ScreenSession:
    """A screen session: one process with its windows, reached through a socket.

    Attributes:
        folder: Directory of its socket.
        sty: Name of its socket, `<process id>.<name>`, as `STY` holds it.
        attached: Whether somebody has it before them.
    """

    folder: str
    sty: str
    attached: bool = False

    @property
    def pid(self) -> int:
        """Its process."""
        return int(self.sty.partition(".")[0])

    @property
    def name(self) -> str:
        """Its name without the process."""
        return self.sty.partition(".")[2]

    @property
    def socket(self) -> str:
        """Path of its socket."""
        return f"{self.folder}/{self.sty}"

    def argv(self, number: int | None, *words: str) -> tuple[str, ...]:
        """A command line that reaches this server.

        Args:
            number: The window that it is about, if it is about one.
            words: Further arguments.
        """
        window = () if number is None else ("-p", str(number))
        return ("screen", "-S", self.sty, *window, *words)


def surroundings(env: Mapping[str, str], folder: str | None = None) -> dict[str, str]:
    """Environment for GNU Screen: inside no window, and with the directory of its sockets.

    Args:
        env: Our own.
        folder: That directory; the one that the user's own commands would use by default.
    """
    made = outside_windows(env)
    made.setdefault("TERM", "xterm-256color")  # it starts nothing without
    return made if folder is None else {**made, "SCREENDIR": folder}


def query(server: ScreenSession, number: int | None, words: Sequence[str]) -> str:
    """Ask a server something, and return what it answered.

    Who asks is answered on a socket whose name is the same for all who ask: one after another.

    Raises:
        GoneError: When there is no such server any more.
        ScreenError: When there is no such window, or it gave no answer.
    """
    patience = Patience(_IN_LINE, first=FIRST_PAUSE)
    with _ONE_BY_ONE:
        while True:
            done = run(server.argv(number, "-Q", *words), server.folder)
            if not (done.returncode and _TAKEN in done.stdout + done.stderr) or patience.over:
                return _answer(server, done)
            patience.rest()


def tell(server: ScreenSession, number: int | None, words: Sequence[str]) -> None:
    """Tell a server to do something; it is done soon after, and what fails is told nobody.

    Raises:
        GoneError: When there is no such server any more.
        ScreenError: When it cannot be reached.
    """
    _answer(server, run(server.argv(number, "-X", *words), server.folder))


def run(
    argv: Sequence[str], folder: str | None, *, timeout: float = TIMEOUT
) -> CompletedProcess[bytes]:
    """Run GNU Screen to its end.

    Args:
        argv: The whole command line.
        folder: Directory of the sockets; `None` for the default one.
        timeout: Seconds.

    Raises:
        HungError: When it does not answer.
        ScreenError: When it is missing.
    """
    try:
        return programs.run(argv, env=surroundings(os.environ, folder), timeout=timeout)
    except FileNotFoundError as error:
        raise missing() from error
    except TimeoutExpired as error:
        raise HungError(
            f"GNU Screen did not answer within {timeout:.0f} s",
            hint="Its server may be stopped or very busy; it is asked again.",
        ) from error
    except OSError as error:
        raise ScreenError(f"GNU Screen could not be started: {error.strerror or error}") from error


def _answer(server: ScreenSession, done: CompletedProcess[bytes]) -> str:
    said = done.stdout.decode("utf-8", "surrogateescape")
    if not done.returncode:
        return said
    text = " ".join(f"{said} {done.stderr.decode('utf-8', 'replace')}".split())
    if "No screen session found" in text:
        raise GoneError(f"The screen session {server.sty} has ended")
    raise ScreenError(f"The screen session {server.sty} refused: {text or 'no reason given'}")


def missing() -> MuxError:
    """The error for a machine without GNU Screen."""
    return ScreenError("GNU Screen is not installed, or not on PATH", hint=INSTALL_HINT)


def demand_version(said: str) -> None:
    """Refuse a GNU Screen that is too old.

    Args:
        said: What it prints for `--version`. One without a number was built from newer sources.

    Raises:
        ScreenError: With the command to install a newer one.
    """
    found = _VERSION.search(said)
    if found and (int(found[1]), int(found[2])) < OLDEST:
        needed = ".".join(map(str, OLDEST))
        raise ScreenError(
            f"{said.strip()} is too old: {needed} or newer is needed", hint=INSTALL_HINT
        )
