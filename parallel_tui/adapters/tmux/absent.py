"""Proof that no tmux server has windows of ours, without a process and nearly without imports."""

from __future__ import annotations

import os

from parallel_tui.adapters.small_file import perhaps_there

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

NAME: Final = "tmux"
"""What this multiplexer is called."""


def socket_path(name: str) -> str:
    """Path of the socket of a server that is called by a name, as tmux makes it."""
    folder = os.path.realpath(os.environ.get("TMUX_TMPDIR") or "/tmp")  # noqa: S108
    return f"{folder}/tmux-{os.getuid()}/{name}"


def on_path(program: str, env: Mapping[str, str]) -> bool:
    """Whether a program is installed where an environment finds it.

    Args:
        program: Its name.
        env: The environment.
    """
    places = env.get("PATH", os.defpath).split(os.pathsep)
    return any(os.access(f"{place}/{program}", os.X_OK) for place in places if place)


def surely_absent(env: Mapping[str, str], runtime: str) -> bool:
    """Whether there is no server to ask, where no setting names one.

    We run inside none, there is no socket of the default one, and none that windows were ever
    opened on is remembered: one whose socket was deleted may still run.

    Args:
        env: Our environment.
        runtime: The repository's own folder in its git directory.
    """
    return not env.get("TMUX") and not any(
        perhaps_there(path) for path in (socket_path("default"), f"{runtime}/servers")
    )
