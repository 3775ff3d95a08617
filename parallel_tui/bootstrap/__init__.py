"""The composition root: where adapters, services and engine are put together.

Nothing is imported here before somebody asks for what needs it: a command pays for what it runs.
"""

from __future__ import annotations

import os

from parallel_tui.record import dataclass, field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import TypeAlias

    from parallel_tui.bootstrap.core import Core
    from parallel_tui.model.session.listing import ListedWorktree
    from parallel_tui.model.session.repository import Repository
    from parallel_tui.model.settings.config import Config
    from parallel_tui.model.settings.loaded import ConfigPaths
    from parallel_tui.ports.mux import Mux
    from parallel_tui.ports.store import Store, Upkeep
    from parallel_tui.ports.system import OwnCommand
    from parallel_tui.ports.terminals import Foreground

    __all__ = ["Core", "Overrides", "open_core"]

    Multiplexer: TypeAlias = Callable[[Repository, Config, Mapping[str, str]], Mux]
    """Makes the multiplexer of a repository, by its settings and our environment."""


@dataclass(frozen=True, slots=True)
class Overrides:
    """What the command line says; each wins over environment and files.

    Attributes:
        directory: Where to look for the repository; `None` for the working directory.
        settings: Values by setting name, as in the configuration file.
    """

    directory: str | None = None
    settings: Mapping[str, object] = field(default_factory=dict)


def config_paths(directory: str | None, env: Mapping[str, str]) -> ConfigPaths:
    """Where the configuration files of a repository are looked for; neither is read.

    Args:
        directory: Where to look for the repository; `None` for the working directory.
        env: Says where the user's own settings are.

    Raises:
        UsageError: When the directory is in no git repository, or gone.
        GitError: When git is missing or too old.
    """
    from parallel_tui.adapters.config import config_file
    from parallel_tui.adapters.git.repo.discover import discover
    from parallel_tui.surroundings import standing

    return config_file.paths(discover(standing(directory)), env)


def end_questions() -> None:
    """Ask nothing more, and end what was asked, in a program that was told to end."""
    from parallel_tui.adapters.process import asking

    asking.end_for_good()


def kept_numbers(directory: str | None, env: Mapping[str, str]) -> Mapping[str, int] | None:
    """Numbers of sessions by need that a running dashboard keeps; starts no process.

    Args:
        directory: Where to look for the repository; `None` for the working directory.
        env: Our environment.

    Returns:
        `None` where no dashboard runs, or where only git can tell which repository it is.

    Raises:
        UsageError: When the directory is gone.
    """
    from parallel_tui.adapters.disk import segment
    from parallel_tui.adapters.git.repo.nearby import common_dir_near
    from parallel_tui.surroundings import standing

    common_dir = common_dir_near(standing(directory), env)
    return segment.read(common_dir) if common_dir is not None else None


def known_repositories(env: Mapping[str, str]) -> tuple[str, ...]:
    """Directories of the repositories that a dashboard has shown and that are there, latest first.

    Args:
        env: Our environment.
    """
    from parallel_tui.adapters.disk.habits import HabitsFile

    return tuple(each for each in HabitsFile(env).read().repositories if os.path.isdir(each))  # noqa: PTH112


def ask_ourselves(arguments: Sequence[str], env: Mapping[str, str], directory: str) -> OwnCommand:
    """Start `pdev` with some arguments.

    Args:
        arguments: The words behind `pdev`.
        env: All that it finds in its environment.
        directory: Where it works.

    Raises:
        OSError: When it cannot be started.
    """
    from parallel_tui.adapters.process.own_command import RunningCommand

    return RunningCommand(arguments, env, directory)


def foreground() -> Foreground:
    """What runs other programs in our own terminal."""
    from parallel_tui.adapters.process import programs

    return programs


def open_core(
    overrides: Overrides | None = None,
    env: Mapping[str, str] | None = None,
    *,
    shared_in: tuple[Store, Upkeep] | None = None,
    multiplexer: Multiplexer | None = None,
    brief: bool = False,
    found: Repository | None = None,
) -> Core:
    """Find the repository, read its settings and put everything together.

    Args:
        overrides: What the command line says.
        env: Environment to use instead of the process's own.
        shared_in: The store of what sessions share, with its upkeep; files by default.
        multiplexer: Makes what windows are opened in; by default the one that `multiplexers`
            chooses.
        brief: Whether all of it is over in a moment, so that what git and the multiplexer list
            once serves to the end.
        found: The repository, where git was asked for it already.

    Raises:
        UsageError: When the directory is in no git repository, or gone.
        ConfigError: When a configuration file cannot be used.
        GitError: When git is missing or too old.
    """
    from parallel_tui.bootstrap.core import Core
    from parallel_tui.surroundings import standing

    overrides = overrides or Overrides()
    where = os.path.realpath(standing(overrides.directory))
    if found is not None:
        repository, listed = found, None
    else:
        repository, listed = _find(where, without_asking=brief)
    core = Core(
        repository,
        overrides.settings,
        dict(os.environ if env is None else env),
        where,
        shared_in=shared_in,
        multiplexer=multiplexer,
        brief=brief,
        listed=listed,
    )
    core.demand_settings()
    return core


def _find(
    where: str, *, without_asking: bool
) -> tuple[Repository, tuple[ListedWorktree, ...] | None]:
    """The repository of a directory, and its worktrees where git listed them for that."""
    if without_asking:
        from parallel_tui.adapters.git.repo import ordinary

        repository = ordinary.find(where)
        if repository is not None:
            return repository, None
    from parallel_tui.adapters.git.repo.discover import find

    return find(where)


def __getattr__(name: str) -> object:
    if name == "Core":
        from parallel_tui.bootstrap.core import Core

        return Core
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
