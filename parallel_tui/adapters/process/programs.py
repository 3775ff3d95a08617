"""Start other programs, and decide what they inherit.

* **Environment**: `model.inheritance`, and what the caller adds.
* **Directory**: `/`, unless a program works on one directory and ends with its work. A server that
  keeps a session's directory would be at work there for ever.
* **Files**: nothing but the three standard ones, so that no lock or pipe of ours, or of whoever
  started us, outlives us in a child.
* **Signals**: a session of its own, so that a Ctrl+C meant for us ends nothing else. Python's own
  ignored signals are default again.
* **umask**: the user's own, untouched.

git goes through GitPython (`git.runner`, with the same environment), and libtmux starts those tmux
clients that start nothing (`tmux.gateway`). A test forbids every other way.
"""

# On the way to the first paint: nothing is imported here that is not needed.

from __future__ import annotations

import os
import signal

from parallel_tui.model.inheritance import inherited

TYPE_CHECKING = False
if TYPE_CHECKING:
    import subprocess
    from collections.abc import Mapping, Sequence
    from typing import IO, Final, NoReturn, TypeAlias

    Process: TypeAlias = subprocess.Popen[bytes]

NEUTRAL: Final = "/"
"""Directory that belongs to no session and never goes away."""

_NOTHING: Final = -3
"""What `subprocess` calls `DEVNULL`; that module is imported only where it starts something."""


def ask(
    argv: Sequence[str], *, env: Mapping[str, str], more: Mapping[str, str], timeout: float
) -> tuple[int, bytes, bytes]:
    """Ask a program something that names the directory it works on: status, output, errors.

    Args:
        argv: As for `run`.
        env: As for `run`.
        more: As for `run`.
        timeout: As for `run`.

    Raises:
        OSError: When it cannot be started.
        TimeoutError: When it was killed.
    """
    from parallel_tui.adapters.process import asking

    if asking.possible():
        return asking.answer(argv, {**inherited(env), "PWD": NEUTRAL, **more}, timeout)
    import subprocess

    try:
        done = run(argv, env=env, more=more, timeout=timeout)
    except subprocess.TimeoutExpired as error:
        raise TimeoutError from error
    return done.returncode, done.stdout, done.stderr


def ask_all(
    argvs: Sequence[Sequence[str]],
    *,
    env: Mapping[str, str],
    more: Mapping[str, str],
    timeout: float,
) -> list[tuple[int, bytes, bytes] | None]:
    """Ask some programs side by side; see `ask`.

    Returns:
        What each answered; `None` for one that could not be asked this way: ask it alone.
    """
    from parallel_tui.adapters.process import asking

    if not asking.possible():
        return [None] * len(argvs)
    return asking.answers(argvs, {**inherited(env), "PWD": NEUTRAL, **more}, timeout)


def run(
    argv: Sequence[str],
    *,
    env: Mapping[str, str],
    more: Mapping[str, str] | None = None,
    directory: str = NEUTRAL,
    feed: bytes = b"",
    timeout: float | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run a program to its end and return its status and what it printed.

    Args:
        argv: Program and arguments.
        env: Our environment; the program gets what of it may be inherited.
        more: Variables in addition.
        directory: Where; only for a program that leaves nothing running behind.
        feed: Given to it as input.
        timeout: Seconds until it is killed; `None` for no limit.

    Raises:
        OSError: When it cannot be started.
        subprocess.TimeoutExpired: When it was killed.
    """
    import subprocess

    with start(
        argv,
        env=env,
        more=more,
        directory=directory,
        stdin=subprocess.PIPE if feed else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            stdout, stderr = process.communicate(feed or None, timeout=timeout)
        except BaseException:
            process.kill()
            raise
    return subprocess.CompletedProcess(argv, process.returncode, stdout, stderr)


def start(
    argv: Sequence[str],
    *,
    env: Mapping[str, str],
    more: Mapping[str, str] | None = None,
    directory: str = NEUTRAL,
    stdin: int | IO[bytes] = _NOTHING,
    stdout: int | IO[bytes] = _NOTHING,
    stderr: int | IO[bytes] = _NOTHING,
) -> Process:
    """Start a program in its own session; the caller waits for it.

    Args:
        argv: As for `run`.
        env: As for `run`.
        more: As for `run`.
        directory: As for `run`.
        stdin: What it reads.
        stdout: Where it prints.
        stderr: Where it complains.

    Raises:
        OSError: When it cannot be started.
    """
    import subprocess

    return subprocess.Popen(
        argv,
        env={**inherited(env), "PWD": directory, **(more or {})},
        cwd=directory,
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        close_fds=True,
        start_new_session=True,
    )


def borrow_terminal(
    argv: Sequence[str], *, env: Mapping[str, str], draws: bool
) -> subprocess.CompletedProcess[bytes]:
    """Run a program in the foreground of our own terminal until it ends.

    Args:
        argv: As for `run`.
        env: As for `run`.
        draws: Whether it draws on the terminal; if not, what it prints is thrown away.

    Raises:
        OSError: When it cannot be started.
    """
    import subprocess

    return subprocess.run(
        argv,
        env={**inherited(env), "PWD": NEUTRAL},
        cwd=NEUTRAL,
        stdout=None if draws else subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        close_fds=True,
        check=False,
    )


def become(argv: Sequence[str], *, env: Mapping[str, str]) -> NoReturn:
    """Replace this process by another program in the same terminal.

    Args:
        argv: As for `run`.
        env: As for `run`.

    Raises:
        OSError: When it cannot be started; this process goes on then.
    """
    before = signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # ignored by Python itself
    try:
        os.chdir(NEUTRAL)
        os.execvpe(argv[0], tuple(argv), {**inherited(env), "PWD": NEUTRAL})  # noqa: S606
    finally:
        signal.signal(signal.SIGPIPE, before)


def hand_over(argv: Sequence[str], *, env: Mapping[str, str]) -> NoReturn:
    """Become a command of the user's, with all that ours was started with.

    Directory, terminal, open files that may be inherited and environment are the user's own, as if
    it had been started without us.

    Args:
        argv: As for `run`.
        env: Its whole environment.

    Raises:
        OSError: When it cannot be started; this process goes on then.
    """
    before = {
        each: signal.signal(each, signal.SIG_DFL)  # ignored by Python itself
        for each in (signal.SIGPIPE, getattr(signal, "SIGXFSZ", signal.SIGPIPE))
    }
    try:
        os.execvpe(argv[0], tuple(argv), dict(env))  # noqa: S606
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
