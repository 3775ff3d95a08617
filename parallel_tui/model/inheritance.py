"""Select the environment variables that started programs inherit. Pure.

A program started by us lives on after us: a tmux server, an agent, a terminal. What git told *us*
(which repository, which index, that no editor is wanted) would be obeyed by every git command that
ever runs in it, and what a session's own window told us would make others speak for that session.

git does not say which of its variables the user exported before. Two kinds are told apart:

* Those of one repository or one command of git's go always.
* Where one of them shows that git started us, all other `GIT_*` go too, but for those that git
  itself never sets (`GIT_SSH_COMMAND`, `GIT_CONFIG_GLOBAL` and the like): a hook's editor looks
  just like the user's own. A person's name and address go where a date stands beside them, for git
  sets all three for one commit.

Without such a sign everything is the user's, and is passed on.
"""

# On the way to the first paint: nothing is imported here that is not needed.

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Final

ONE_COMMANDS: Final = (
    # What `git rev-parse --local-env-vars` names, less what users give as configuration.
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_CONFIG_PARAMETERS",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
    # What git sets besides for its hooks, its aliases and the programs it calls.
    "GIT_CHERRY_PICK_HELP",
    "GIT_EXEC_PATH",
    "GIT_INTERNAL_GETTEXT_SH_SCHEME",
    "GIT_NAMESPACE",
    "GIT_PAGER_IN_USE",
    "GIT_PUSH_OPTION_COUNT",
    "GIT_QUARANTINE_PATH",
    "GIT_REFLOG_ACTION",
    "GIT_REFLOG_IDENTIFIER",
    "GIT_TRACE2_PARENT_NAME",
    "GIT_TRACE2_PARENT_SID",
)
"""Variables that mean one repository or one command of git's; each shows that git started us."""

DOUBTFUL: Final = ("GIT_EDITOR", "GIT_MERGE_AUTOEDIT", "GIT_SEQUENCE_EDITOR")
"""Variables that git sets for its hooks, and that users export as well."""

PEOPLE: Final = ("GIT_AUTHOR", "GIT_COMMITTER")
"""Beginnings of variables that name a person. git sets name, address and date together, for one
commit; a user exports no date."""

PERSONS: Final = ("DATE", "NAME", "EMAIL")
"""Ends of them."""

_CONFIGURATION: Final = ("GIT_CONFIG_COUNT", "GIT_CONFIG_KEY_", "GIT_CONFIG_VALUE_")
"""Configuration given by the environment; `GIT_CONFIG_PARAMETERS` is that of `git -c`."""

_USERS: Final = (
    # Names, or beginnings of names, that git reads and never sets.
    "GIT_ALLOW_PROTOCOL",
    "GIT_ASKPASS",
    "GIT_ATTR_",
    "GIT_CEILING_DIRECTORIES",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_CONFIG_SYSTEM",
    "GIT_CURL_",
    "GIT_DEFAULT_",
    "GIT_DISCOVERY_ACROSS_FILESYSTEM",
    "GIT_FLUSH",
    "GIT_HTTP_",
    "GIT_OPTIONAL_LOCKS",
    "GIT_PAGER",
    "GIT_PROXY_",
    "GIT_PS1_",
    "GIT_SSH",
    "GIT_SSL_",
    "GIT_TEMPLATE_DIR",
    "GIT_TERMINAL_PROMPT",
    "GIT_TEST_",
    "GIT_TRACE",
)

SESSIONS_OWN: Final = (
    "PDEV_SESSION",
    "CLAUDE_SESSION",
    "CLAUDE_SESSION_ID",
    "PDEV_WORKTREE",
    "PDEV_MAIN",
    "PDEV_BRANCH",
    "PDEV_SLOTS",
    "PDEV_DATABASE",
)
"""Variables that say for which session a program speaks; whoever starts one says it anew."""

AGENTS_OWN: Final = (
    # By these an agent tells its own children that they run inside it; one that finds them refuses
    # to start, or joins the wrong conversation.
    "CLAUDECODE",
    "CLAUDE_CODE_ENTRYPOINT",
    "CLAUDE_CODE_SESSION_ID",
    "CLAUDE_CODE_SSE_PORT",
    "CLAUDE_ENV_FILE",
    "CLAUDE_PID",
    "CLAUDE_PLUGIN_ROOT",
    "CLAUDE_PROJECT_DIR",
    "CODEX_SANDBOX",
    "CODEX_SANDBOX_NETWORK_DISABLED",
    "CODEX_THREAD_ID",
)
"""Variables that an agent sets for its own children."""

TERMINAL_SIZE: Final = ("COLUMNS", "LINES")
"""Variables that claim a size of the terminal."""

OUR_TERMINALS: Final = (*TERMINAL_SIZE, "OLDPWD", "PWD")
"""Variables that are true of our own terminal and directory alone."""

INSIDE_TMUX: Final = ("TMUX", "TMUX_PANE")
"""Variables that say in which tmux, and in which pane of it, a program runs."""

INSIDE_SCREEN: Final = ("STY", "WINDOW")
"""Variables that say in which session of GNU Screen, and in which window, a program runs."""

INSIDE_WINDOWS: Final = (*INSIDE_TMUX, *INSIDE_SCREEN)
"""All of these."""

NEVER: Final = (*ONE_COMMANDS, *SESSIONS_OWN, *AGENTS_OWN, *OUR_TERMINALS)
"""Variables that no other program inherits, whoever started us."""

_CORE: Final = "/git-core"


def started_by_git(env: Iterable[str]) -> bool:
    """Whether git set some variables of an environment."""
    return not frozenset(ONE_COMMANDS).isdisjoint(env)


def without_git(env: Mapping[str, str]) -> dict[str, str]:
    """An environment without what git may have put there for one repository or one command.

    Args:
        env: Our own.
    """
    if not started_by_git(env):
        return dict(env)
    users = (*_USERS, *(f"{person}_" for person in PEOPLE if f"{person}_DATE" not in env))
    kept = {name: value for name, value in env.items() if _is_users(name, users)}
    if "PATH" in kept:
        # git puts its own programs first, for its hooks alone.
        folders = kept["PATH"].split(":")
        while len(folders) > 1 and folders[0].rstrip("/").endswith(_CORE):
            folders.pop(0)
        kept["PATH"] = ":".join(folders)
    return kept


def for_git(env: Mapping[str, str]) -> dict[str, str]:
    """An environment for a git command of our own.

    Which git runs, and what was configured for it on the command line that started us, stays: that
    command is over before ours is.

    Args:
        env: Our own.
    """
    kept = without_git(env)
    for name, value in env.items():
        if name in ("PATH", "GIT_EXEC_PATH", "GIT_CONFIG_PARAMETERS") or _configures(name):
            kept[name] = value
    return kept


def inherited(env: Mapping[str, str]) -> dict[str, str]:
    """An environment for any other program.

    Args:
        env: Our own.
    """
    return {name: value for name, value in without_git(env).items() if name not in NEVER}


def outside_windows(env: Mapping[str, str]) -> dict[str, str]:
    """An environment without the variables of a surrounding multiplexer."""
    return {name: value for name, value in env.items() if name not in INSIDE_WINDOWS}


def _is_users(name: str, users: tuple[str, ...]) -> bool:
    return not name.startswith(("GIT_", "GITHEAD_")) or (
        name not in ONE_COMMANDS and name.startswith(users)
    )


def _configures(name: str) -> bool:
    return name.startswith(_CONFIGURATION)
