"""Chooses the multiplexer: the one that is set, else tmux, and where only GNU Screen is, that."""

from __future__ import annotations

from parallel_tui.adapters.tmux.absent import on_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from parallel_tui.adapters.tmux.listening.shared import SharedClients
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
    return SCREEN if not on_path(TMUX, env) and on_path(SCREEN, env) else TMUX


def version_command(wish: str | None, env: Mapping[str, str]) -> tuple[str, ...]:
    """The command line that prints the version of the multiplexer which is used.

    Args:
        wish: As for `chosen`.
        env: As for `chosen`.
    """
    program = chosen(wish, env)
    return (program, "-v" if program == SCREEN else "-V")


def multiplexer(
    repository: Repository,
    config: Config,
    env: Mapping[str, str],
    clients: SharedClients | None = None,
) -> Mux:
    """The multiplexer of a repository; for tmux, of the server that the settings name.

    Args:
        repository: Whose windows are ours.
        config: The settings.
        env: Our environment.
        clients: Listen to tmux for all repositories of a program, where there are several.
    """
    if chosen(config.multiplexer, env) == SCREEN:
        from parallel_tui.adapters.screen.server import GnuScreen

        return GnuScreen(repository, env)
    from parallel_tui.adapters.tmux.server import Tmux

    socket, session = config.tmux_socket, config.tmux_session
    return Tmux(repository, socket=socket, session=session, env=env, clients=clients)


def environment_around(env: Mapping[str, str]) -> Mapping[str, str] | None:
    """The environment of the terminal that shows the multiplexer we run in; `None` for none.

    Args:
        env: Our own environment.
    """
    if env.get("TMUX"):
        from parallel_tui.adapters.tmux import around as tmux

        return tmux.environment_around(env)
    if env.get("STY"):
        from parallel_tui.adapters.screen import around as screen

        return screen.environment_around(env)
    return None


def in_window(env: Mapping[str, str]) -> bool:
    """Whether a program with this environment runs in a window, whose client can be switched."""
    from parallel_tui.adapters.tmux.command import socket_of

    return socket_of(env) is not None or bool(env.get("STY"))
