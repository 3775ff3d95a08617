"""Table of settings, from which parsing, environment, `config show` and docs derive.

A setting's *name* is its key in the file, dotted where it is nested (`tmux.socket`). The table
decides what is allowed; where a value was found is `adapters.config_file`'s business.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from parallel_tui.model.settings import refusals, values
from parallel_tui.model.settings.config import EditWatch
from parallel_tui.model.settings.rows.boundary import ROWS as BOUNDARIES
from parallel_tui.model.settings.rows.hosts import ROW as HOSTS
from parallel_tui.model.settings.rows.landing import PROVING, SWITCHES
from parallel_tui.model.settings.rows.landing import ROWS as LANDING
from parallel_tui.model.settings.rows.machine import ROWS as MACHINE
from parallel_tui.model.settings.rows.notify import ROWS as NOTIFY
from parallel_tui.model.settings.rows.store import ROWS as STORE
from parallel_tui.model.settings.rows.team import ROWS as TEAMS
from parallel_tui.model.settings.rows.window import ROWS as WINDOWS
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from dataclasses import KW_ONLY
    from typing import Final

GUIDE_KEYS: Final = frozenset({"sessions"})
"""Keys of the repository's file that are the guide's own: ownership of paths by session."""

Refuse = Callable[[object], str | None]
"""Says why a value may not come from the repository; `None` when it may."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting.

    Attributes:
        name: Key in the file, dotted where nested.
        field: Name of the attribute of `Config`.
        parse: Checks and converts a value as YAML gives it; raises `values.WrongValueError`.
        help: What it decides, in one line.
        env: Environment variable that sets it, if any.
        from_text: Converts the variable's text into what `parse` takes.
        empty_env: Whether an empty variable is a value rather than no value.
        refuse: Whether a value may come from the repository.
        merged: Whether entries of all files are joined (mappings), stronger files winning.
        runs: Whether its value is, holds or chooses a command that is run. Such a value from the
            repository is refused, or passes through `model.consent` before it runs.
    """

    name: str
    field: str
    parse: Callable[[object], object]
    help: str
    env: str | None = None
    from_text: Callable[[str], object] = str
    empty_env: bool = False
    refuse: Refuse = refusals.anything
    merged: bool = False
    _: KW_ONLY
    runs: bool

    @property
    def keys(self) -> tuple[str, ...]:
        """The key path in the file."""
        return tuple(self.name.split("."))

    @property
    def user_only(self) -> bool:
        """Whether the repository's file may not set it."""
        return self.refuse is refusals.user_only


SETTINGS: Final = (
    Setting(
        "base",
        "base",
        values.optional(values.line("a branch name")),
        "branch that sessions start from and are measured against",
        env="PDEV_BASE",
        runs=False,
    ),
    Setting(
        "directory",
        "directory",
        values.directory_template,
        "where new worktrees go, seen from the main one; {repo}, {name} and {kind} are filled in",
        env="PDEV_DIRECTORY",
        refuse=refusals.beside_only,
        runs=False,
    ),
    Setting(
        "copy",
        "copy",
        values.patterns,
        "untracked files copied into new worktrees (gitignore patterns)",
        runs=False,
    ),
    Setting(
        "symlink",
        "symlink",
        values.patterns,
        "untracked files linked into new worktrees (gitignore patterns)",
        runs=False,
    ),
    Setting(
        "setup",
        "setup",
        values.commands,
        "commands run in a new worktree, one after the other",
        runs=True,
    ),
    Setting(
        "agent",
        "agent",
        values.optional(values.line("a command, or '' for a plain shell", empty=True)),
        "command that starts the coding agent; {prompt} is the first prompt, quoted",
        env="PDEV_AGENT",
        empty_env=True,
        runs=True,
    ),
    Setting(
        "agent_hooks",
        "agent_hooks",
        values.yes_or_no,
        "whether an agent that is started gets pdev's hooks, for no file of the repository: true, "
        "false",
        env="PDEV_AGENT_HOOKS",
        from_text=values.yes_or_no_text,
        refuse=refusals.user_only,
        runs=False,
    ),
    Setting(
        "deliver_after_limit",
        "deliver_after_limit",
        values.yes_or_no,
        "whether the dashboard delivers the oldest prompt that waits for an agent once the agent's "
        "limit has ended: true, false",
        env="PDEV_DELIVER_AFTER_LIMIT",
        from_text=values.yes_or_no_text,
        refuse=refusals.user_only,
        runs=False,
    ),
    Setting(
        "layout",
        "layout",
        values.line("the name of a layout"),
        "layout of a new window",
        env="PDEV_LAYOUT",
        runs=True,
    ),
    Setting(
        "layouts",
        "layouts",
        values.layouts,
        "layouts by name, each a list of panes: {command, split: right|below, size: percent}, or "
        "of windows with panes",
        merged=True,
        runs=True,
    ),
    *(Setting(*row, refuse=refusals.user_only, runs=False) for row in WINDOWS),
    *(Setting(*row, merged=True, runs=True) for row in TEAMS),
    Setting(
        "tmux.socket",
        "tmux_socket",
        values.optional(values.line("the name or path of a tmux socket")),
        "tmux socket to use instead of the default one",
        env="PDEV_TMUX_SOCKET",
        refuse=refusals.socket_name_only,
        runs=False,
    ),
    Setting(
        "tmux.session",
        "tmux_session",
        values.optional(values.session_name),
        "name of the repository's tmux session",
        env="PDEV_TMUX_SESSION",
        runs=False,
    ),
    Setting(
        "edit_watch",
        "edit_watch",
        values.edit_watch,
        f"how uncommitted edits are noticed: {', '.join(EditWatch)}",
        env="PDEV_WATCH",
        runs=False,
    ),
    Setting(
        "max_sessions",
        "max_sessions",
        values.whole_number(1, 1000),
        "number of sessions beyond which spawning warns",
        env="PDEV_MAX_SESSIONS",
        from_text=values.number_text,
        runs=False,
    ),
    Setting(
        "trash.days",
        "trash_days",
        values.whole_number(1, 3650),
        "days after which removed sessions and backups of syncs and landings are deleted for good",
        env="PDEV_TRASH_DAYS",
        from_text=values.number_text,
        refuse=refusals.user_only,
        runs=False,
    ),
    Setting(
        "trash.size",
        "trash_size",
        values.byte_size,
        "space for removed sessions, such as 500M or 5G; the oldest go, none younger than a day",
        env="PDEV_TRASH_SIZE",
        refuse=refusals.user_only,
        runs=False,
    ),
    Setting(
        "trash.syncs",
        "trash_syncs",
        values.whole_number(1, 10_000),
        "number of syncs that can be undone; the oldest go, none younger than a day",
        env="PDEV_TRASH_SYNCS",
        from_text=values.number_text,
        refuse=refusals.user_only,
        runs=False,
    ),
    Setting(
        "terminal",
        "terminal",
        values.optional(values.terminal_template),
        "command that opens a new terminal; {argv} is the command to run in it",
        env="PDEV_TERMINAL",
        refuse=refusals.user_only,
        runs=True,
    ),
    Setting(
        "theme",
        "theme",
        values.optional(values.line("the name of a theme")),
        "theme of the dashboard",
        env="PDEV_THEME",
        refuse=refusals.user_only,
        runs=False,
    ),
    Setting(
        "keys",
        "keys",
        values.key_map,
        "keys of the dashboard by command id",
        refuse=refusals.user_only,
        merged=True,
        runs=False,
    ),
    Setting(
        "mouse",
        "mouse",
        values.one_of("attach", "select"),
        "what a click on a session does: attach, select",
        env="PDEV_MOUSE",
        refuse=refusals.user_only,
        runs=False,
    ),
    Setting(
        "conflict_events",
        "conflict_events",
        values.yes_or_no,
        "whether both sessions get an event when their work comes to conflict: true, false",
        env="PDEV_CONFLICT_EVENTS",
        from_text=values.yes_or_no_text,
        runs=False,
    ),
    *(Setting(*row, runs=False) for row in BOUNDARIES),
    *(Setting(*row, merged=True, runs=False) for row in MACHINE),
    Setting(
        "merge.check",
        "merge_check",
        values.commands,
        "commands that must all end well in a session's worktree before it may land",
        runs=True,
    ),
    *(Setting(*row, merged=True, runs=False) for row in LANDING),
    *(Setting(*row, refuse=refusals.user_only, runs=False) for row in PROVING),
    *(Setting(*row, runs=False) for row in SWITCHES),
    *(Setting(*row, refuse=refusals.user_only, runs=False) for row in NOTIFY),
    *(Setting(*row, refuse=refusals.user_only, runs=False) for row in STORE),
    Setting(*HOSTS, refuse=refusals.user_only, merged=True, runs=True),
)
"""Every setting, in the order in which they are shown."""

BY_NAME: Final[Mapping[str, Setting]] = MappingProxyType(
    {setting.name: setting for setting in SETTINGS}
)

GROUPS: Final = frozenset(setting.keys[0] for setting in SETTINGS if len(setting.keys) > 1)
"""Top-level keys that hold further settings."""
