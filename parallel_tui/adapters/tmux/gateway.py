"""Run tmux verbs on a server that runs through libtmux; its one home.

`Server.cmd` carries what changes a running server: closing windows. It finds tmux, addresses the
server, and separates exit status, answer and message.

Three things do not fit it, and go through `command` or `control`:

* What starts a program or a server, with the marks and hooks of the new window, which are one
  chain with it: libtmux gives its client our own directory and environment, and tmux passes them
  on.
* The listing: libtmux's objects swallow a dead server as an empty one, cost up to four processes a
  verb, and fail altogether when any pane on the server stands in a directory whose name holds a
  newline.
* Hearing of changes: libtmux has no public control mode.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from parallel_tui.adapters.tmux.command import Address, chain, failure, hung, missing

if TYPE_CHECKING:
    from libtmux.common import tmux_cmd

VERB_TIMEOUT: Final = 20.0
"""Seconds; the first command may start a server, which runs the user's configuration."""


def perform(
    address: Address, commands: Sequence[Sequence[str]], *, timeout: float = VERB_TIMEOUT
) -> list[str]:
    """Run commands that change something, in one process, up to the first that fails.

    Args:
        address: The server; must run.
        commands: Words of each command; each word reaches tmux as it is.
        timeout: Seconds.

    Returns:
        The lines that were printed.

    Raises:
        NoServerError: When there is no server.
        MuxError: When tmux is missing, did not answer in time, or failed.
    """
    import libtmux
    from libtmux.exc import TmuxCommandNotFound

    server = libtmux.Server(
        socket_name=address.name or "default" if address.path is None else None,
        socket_path=address.path,
    )
    first, *rest = chain(commands)
    answers: queue.SimpleQueue[tmux_cmd | Exception] = queue.SimpleQueue()

    def call() -> None:
        try:
            answers.put(server.cmd(first, *rest))
        except Exception as error:
            answers.put(error)  # raised in the caller's thread

    # libtmux waits without limit; a stopped server must not hold the caller
    threading.Thread(target=call, name="tmux-verb", daemon=True).start()
    try:
        answer = answers.get(timeout=timeout)
    except queue.Empty as error:
        raise hung(address, timeout) from error
    if isinstance(answer, TmuxCommandNotFound):
        raise missing() from answer
    if isinstance(answer, Exception):
        raise answer
    if answer.returncode:
        raise failure(address, "\n".join(answer.stderr))
    return list(answer.stdout)
