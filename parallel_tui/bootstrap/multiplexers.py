"""Chooses the multiplexer: the one that is set, else tmux, and where only GNU Screen is, that."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from parallel_tui.model.session.repository import Repository
    from parallel_tui.model.settings.config import Config
    from parallel_tui.ports.mux import Mux

TMUX = "tmux"
SCREEN = "screen"
"""Values of the setting `multiplexer`, which are the programs' names too."""


def chosen(wish: str | None, env: Mapping[str, str]) -> str:
    """Which multiplexer is used.

    Args:
        wish: What is set, if anything is.
        env: Our environment.
    """
    if wish is not None:
        return wish
    return SCREEN if not _on_path(TMUX, env) and _on_path(SCREEN, env) else TMUX


def multiplexer(repository: Repository, config: Config, env: Mapping[str, str]) -> Mux:
    """The multiplexer of a repository; for tmux, of the server that the settings name."""
    if chosen(config.multiplexer, env) == SCREEN:
        from parallel_tui.adapters.screen.server import GnuScreen

        return GnuScreen(repository, env)
    from parallel_tui.adapters.tmux.server import Tmux

    return Tmux(repository, socket=config.tmux_socket, session=config.tmux_session, env=env)


def surely_windowless(env: Mapping[str, str], runtime: str) -> bool:
    """Whether there is no window, where nothing is set; asks nobody.

    Args:
        env: Our environment.
        runtime: The repository's own folder in its git directory.
    """
    from parallel_tui.adapters.tmux.absent import surely_absent

    return surely_absent(env, runtime) and chosen(None, env) == TMUX


def in_window(env: Mapping[str, str]) -> bool:
    """Whether a program with this environment runs in a window, whose client can be switched."""
    from parallel_tui.adapters.tmux.command import socket_of

    return socket_of(env) is not None or bool(env.get("STY"))


def _on_path(program: str, env: Mapping[str, str]) -> bool:
    places = env.get("PATH", os.defpath).split(os.pathsep)
    return any(os.access(f"{place}/{program}", os.X_OK) for place in places if place)
