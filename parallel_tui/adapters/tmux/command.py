"""Address of the tmux server, and one process that sends it a command."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from subprocess import TimeoutExpired
from typing import Final

from parallel_tui.adapters.process import programs
from parallel_tui.adapters.tmux.absent import socket_path
from parallel_tui.adapters.tmux.names import argument
from parallel_tui.errors import MuxError
from parallel_tui.model.inheritance import outside_windows
from parallel_tui.record import dataclass, field

LONGEST: Final = 12_000
"""Bytes of one chain of commands; a client may send 16 KiB."""

TIMEOUT: Final = 5.0
"""Seconds until a server counts as hung; an answer takes 3 ms."""

INSTALL_HINT: Final = (
    "Install it, for example with `apt install tmux`, `dnf install tmux` or `brew install tmux`. "
    "Or install GNU Screen."
)

_ABSENT: Final = ("no server running", "server exited", "lost server")
_NO_SOCKET: Final = ("(no such file or directory)", "(connection refused)")


class TmuxError(MuxError):
    """tmux is missing, does not answer, or refused a command."""

    title = "tmux cannot be used"


class NoServerError(TmuxError):
    """No server runs; an answer to a question, an error for a command."""


@dataclass(frozen=True, slots=True)
class Address:
    """A tmux server, running or not. Decided once, for questions and commands alike.

    Attributes:
        name: Socket name for `-L`, below `$TMUX_TMPDIR`.
        path: Socket path for `-S`. Without either it is the user's default server.
        notice: What the user should know about the choice; empty for nothing.
    """

    name: str | None = None
    path: str | None = None
    notice: str = field(default="", compare=False)

    @classmethod
    def of(cls, socket: str | None, env: Mapping[str, str]) -> Address:
        """The server that a setting names.

        Without a setting it is the one a bare `tmux` typed here would speak to: the server we run
        inside, else the default one. Where that one has ended (a variable that outlived its
        tmux), it is the default one too, with a notice.
        """
        if socket:
            expanded = os.path.expanduser(socket)  # noqa: PTH111 - surrogates stay as they are
            return cls(path=expanded) if "/" in expanded else cls(name=socket)
        inside = socket_of(env)
        if not inside:
            return cls()
        if not ended(inside):
            return cls(path=inside)
        return cls(
            notice=f"TMUX names a tmux server that has ended ({inside}): the default server is "
            "used. `unset TMUX` ends this note; --tmux-socket chooses another server"
        )

    @property
    def flags(self) -> tuple[str, ...]:
        """Options that come before the command; never none, or tmux would decide by `TMUX`."""
        return ("-S", self.path) if self.path is not None else ("-L", self.name or "default")

    @property
    def socket(self) -> str:
        """Path of the server's socket, as tmux makes it."""
        if self.path is not None:
            return self.path
        return socket_path(self.name or "default")

    @property
    def label(self) -> str:
        """Name of the server in messages."""
        named = self.path or self.name
        return f"on socket {named}" if named else "(default server)"


def socket_of(env: Mapping[str, str]) -> str | None:
    """Socket path of the tmux that set an environment, if any."""
    # path,pid,session: only the path may hold commas itself
    return env.get("TMUX", "").rsplit(",", 2)[0] or None


def ended(path: str) -> bool:
    """Whether a socket is proved to have no server; false for one that we may not ask."""
    try:
        import socket  # only to ask whether a server that is named has ended

        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asked:
            asked.settimeout(1.0)
            asked.connect(path)
    except OSError as error:  # with too many open files the import fails already: nothing is proved
        return error.errno in (errno.ENOENT, errno.ECONNREFUSED, errno.ENOTDIR)
    except ValueError:  # no path at all
        return True
    return False


def chain(commands: Sequence[Sequence[str]]) -> list[str]:
    """Arguments for several tmux commands in one process; the first that fails ends it."""
    words: list[str] = []
    for command in commands:
        if words:
            words.append(";")
        words += [argument(word) for word in command]
    return words


def size(command: Sequence[str]) -> int:
    """Bytes that a command takes of a chain."""
    return sum(len(os.fsencode(word)) + 2 for word in command)


def ask(
    address: Address,
    commands: Sequence[Sequence[str]],
    *,
    timeout: float = TIMEOUT,
    feed: bytes = b"",
) -> str:
    """Run commands and return what they printed.

    A command that starts a server starts it in a directory of nobody's and with an environment of
    nobody's: both are what it gives to every window that anybody opens in it.

    Undecodable bytes come as surrogate escapes, whatever the locale.

    Args:
        address: The server.
        commands: Words of each command; each word reaches tmux as it is.
        timeout: Seconds.
        feed: What a command that reads its standard input gets.

    Raises:
        NoServerError: When there is no server.
        MuxError: When tmux is missing, did not answer in time, or failed.
    """
    printed, error = attempt(address, commands, timeout=timeout, feed=feed)
    if error is not None:
        raise error
    return printed


def in_chains(
    run: Callable[[Sequence[Sequence[str]]], list[str]],
    groups: Iterable[Sequence[Sequence[str]]],
) -> list[str]:
    """Run groups of commands in as few chains as they fit in, parting a group only if it must.

    Args:
        run: Runs a chain and returns the lines that it printed.
        groups: Commands that belong together.

    Returns:
        All lines that were printed.
    """
    printed: list[str] = []
    chained: list[Sequence[str]] = []
    length = 0
    for group in groups:
        sizes = [size(command) for command in group]
        fits = length + sum(sizes) <= LONGEST
        for command, more in zip(group, sizes, strict=True):
            if chained and (not fits or length + more > LONGEST):
                printed += run(chained)
                chained, length, fits = [], 0, True
            chained.append(command)
            length += more
    return printed + (run(chained) if chained else [])


def attempt(
    address: Address,
    commands: Sequence[Sequence[str]],
    *,
    timeout: float = TIMEOUT,
    feed: bytes = b"",
) -> tuple[str, MuxError | None]:
    """Like `ask`, for commands of which the first may have done all that matters.

    Returns:
        What they printed, and the error of the one that failed.

    Raises:
        MuxError: When tmux is missing, or did not answer in time.
    """
    argv = ["tmux", "-u", *address.flags, *chain(commands)]
    try:
        done = programs.run(argv, env=outside_windows(os.environ), feed=feed, timeout=timeout)
    except FileNotFoundError as error:
        raise missing() from error
    except TimeoutExpired as error:
        raise hung(address, timeout) from error
    except OSError as error:
        raise TmuxError(f"tmux could not be started: {error.strerror or error}") from error
    printed = done.stdout.decode("utf-8", "surrogateescape")
    if done.returncode:
        return printed, failure(address, done.stderr.decode("utf-8", "surrogateescape"))
    return printed, None


def unreachable(pid: int, socket: str) -> MuxError:
    """The error for a running server that cannot be reached; its windows are still open.

    Args:
        pid: Its process id.
        socket: The path that should lead to it.
    """
    return TmuxError(
        f"The tmux server {pid} runs, and its socket {socket} does not lead to it: "
        "its windows cannot be seen",
        hint=f"`kill -USR1 {pid}` makes it open its socket again.",
    )


def missing() -> MuxError:
    """The error for a machine without tmux."""
    return TmuxError("tmux is not installed, or not on PATH", hint=INSTALL_HINT)


def hung(address: Address, seconds: float) -> MuxError:
    """The error for a server that does not answer."""
    return TmuxError(
        f"tmux {address.label} did not answer within {seconds:.0f} s",
        hint="The server may be stopped or very busy; it is asked again.",
    )


def failure(address: Address, stderr: str) -> MuxError:
    """The error for a message of tmux."""
    text = " ".join(stderr.split()) or "no reason given"
    lowered = text.lower()
    if "protocol version mismatch" in lowered:
        return TmuxError(
            f"The tmux on PATH is of another version than the running server {address.label}",
            hint="tmux was updated while its server ran: save your work, end that server, "
            "and start it again.",
        )
    refused = lowered.startswith("error connecting") and lowered.endswith(_NO_SOCKET)
    if refused or lowered.startswith(_ABSENT):
        return NoServerError(f"No tmux server is running {address.label}")
    if "permission denied" in lowered:
        return TmuxError(
            f"The tmux socket may not be used {address.label}: {text}",
            hint="Is it another user's server? Choose one with --tmux-socket.",
        )
    if "command too long" in lowered:
        return TmuxError(
            "tmux takes no command of more than 16 KiB",
            hint="Put a long prompt into a file and let the prompt name it.",
        )
    return TmuxError(f"tmux {address.label} failed: {text}")
