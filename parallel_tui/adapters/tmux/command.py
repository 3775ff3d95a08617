"""Which server we speak to, and one process that asks it something."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from parallel_tui.adapters.terminal_size import CLAIMS
from parallel_tui.adapters.tmux.names import argument
from parallel_tui.errors import MuxError

TIMEOUT: Final = 5.0
"""Seconds until a server counts as hung; an answer takes 3 ms."""

INSTALL_HINT: Final = (
    "Install it, for example with `apt install tmux`, `dnf install tmux` or `brew install tmux`."
)

_ABSENT: Final = ("no server running", "server exited", "lost server")
_NO_SOCKET: Final = ("(no such file or directory)", "(connection refused)")


class NoServerError(MuxError):
    """There is no server; an answer for a question, an error for a command."""


@dataclass(frozen=True, slots=True)
class Address:
    """A tmux server, whether it runs or not.

    Attributes:
        name: Socket name for `-L`, below `$TMUX_TMPDIR`.
        path: Socket path for `-S`. Without either it is the user's default server.
    """

    name: str | None = None
    path: str | None = None

    @classmethod
    def of(cls, socket: str | None, env: Mapping[str, str]) -> Address:
        """The server a setting means.

        Without a setting it is the one a bare `tmux` typed here would speak to: the server we run
        inside, else the default one.
        """
        if socket:
            expanded = os.path.expanduser(socket)  # noqa: PTH111 - surrogates stay as they are
            return cls(path=expanded) if "/" in expanded else cls(name=socket)
        inside = socket_of(env)
        return cls(path=inside) if inside and Path(inside).exists() else cls()

    @property
    def flags(self) -> tuple[str, ...]:
        """Options that come before the command."""
        if self.path is not None:
            return ("-S", self.path)
        return ("-L", self.name) if self.name is not None else ()

    @property
    def label(self) -> str:
        """How it is called in a message."""
        return f"on socket {self.path or self.name}" if self.flags else "(default server)"


def socket_of(env: Mapping[str, str]) -> str | None:
    """Path of the socket of the tmux that an environment was made by, if by any."""
    # path,pid,session: only the path may hold commas itself
    return env.get("TMUX", "").rsplit(",", 2)[0] or None


def without_tmux(env: Mapping[str, str]) -> dict[str, str]:
    """An environment that claims neither to be inside a tmux nor how large a terminal is."""
    return {key: value for key, value in env.items() if key not in ("TMUX", "TMUX_PANE", *CLAIMS)}


def chain(commands: Sequence[Sequence[str]]) -> list[str]:
    """Arguments for several tmux commands in one process; the first that fails ends it."""
    words: list[str] = []
    for command in commands:
        if words:
            words.append(";")
        words += [argument(word) for word in command]
    return words


def ask(address: Address, commands: Sequence[Sequence[str]], *, timeout: float = TIMEOUT) -> str:
    """Run commands that change nothing and return what they printed.

    Undecodable bytes come as surrogate escapes, whatever the locale.

    Raises:
        NoServerError: When there is no server.
        MuxError: When tmux is missing, did not answer in time, or failed.
    """
    argv = ["tmux", "-u", *address.flags, *chain(commands)]
    try:
        done = subprocess.run(
            argv,
            env=without_tmux(os.environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout,
            check=False,
        )
    except FileNotFoundError as error:
        raise missing() from error
    except subprocess.TimeoutExpired as error:
        raise hung(address, timeout) from error
    except OSError as error:
        raise MuxError(f"tmux could not be started: {error.strerror or error}") from error
    if done.returncode:
        raise failure(address, done.stderr.decode("utf-8", "surrogateescape"))
    return done.stdout.decode("utf-8", "surrogateescape")


def missing() -> MuxError:
    """The error for a machine without tmux."""
    return MuxError("tmux is not installed, or not on PATH", hint=INSTALL_HINT)


def hung(address: Address, seconds: float) -> MuxError:
    """The error for a server that does not answer."""
    return MuxError(
        f"tmux {address.label} did not answer within {seconds:.0f} s",
        hint="The server may be stopped or very busy; it is asked again.",
    )


def failure(address: Address, stderr: str) -> MuxError:
    """The error that a message of tmux means."""
    text = " ".join(stderr.split()) or "no reason given"
    lowered = text.lower()
    if "protocol version mismatch" in lowered:
        return MuxError(
            f"The tmux on PATH is of another version than the running server {address.label}",
            hint="tmux was updated while its server ran: save your work, end that server, "
            "and start it again.",
        )
    refused = lowered.startswith("error connecting") and lowered.endswith(_NO_SOCKET)
    if refused or lowered.startswith(_ABSENT):
        return NoServerError(f"No tmux server is running {address.label}")
    if "permission denied" in lowered:
        return MuxError(
            f"The tmux socket may not be used {address.label}: {text}",
            hint="Is it another user's server? Choose one with --tmux-socket.",
        )
    if "command too long" in lowered:
        return MuxError(
            "tmux takes no command of more than 16 KiB",
            hint="Put a long prompt into a file and let the prompt name it.",
        )
    return MuxError(f"tmux {address.label} failed: {text}")
