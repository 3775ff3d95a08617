"""Where the configuration files are, and whether anything is set at all."""

from __future__ import annotations

from parallel_tui.adapters.small_file import perhaps_there
from parallel_tui.model.settings.user_dirs import config_home

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_BEGINS = "PDEV_"
"""How the names of all variables begin that set something; a test holds the table to it."""


def users(env: Mapping[str, str]) -> str:
    """The user's file; it follows `XDG_CONFIG_HOME`."""
    return f"{config_home(env)}/config.yml"


def repositorys(root: str) -> str:
    """The repository's file.

    Args:
        root: Its coordination root.
    """
    return f"{root}/parallel-config.yml"


def nothing_set(root: str, typed: Mapping[str, object], env: Mapping[str, str]) -> bool:
    """Whether every setting has its default, known without reading one.

    Args:
        root: The repository's coordination root.
        typed: What the command line sets.
        env: Our environment.
    """
    if typed or any(name.startswith(_BEGINS) and _sets(name) for name in env):
        return False
    return not any(perhaps_there(path) for path in (repositorys(root), users(env)))


def _sets(name: str) -> bool:
    from parallel_tui.model.inheritance import SESSIONS_OWN  # where there is such a variable

    return name != "PDEV_DEBUG" and name not in SESSIONS_OWN
