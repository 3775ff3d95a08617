"""Effective settings with their defaults; `adapters.config` knows their origin."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType

from parallel_tui.record import dataclass, field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

    from parallel_tui.model.machine.ports import PortRange
    from parallel_tui.model.settings.reached import HostSettings


class Kind(StrEnum):
    """Purpose of a session; decides the prefix of its branch (guide: create-feature-worktree)."""

    FEATURE = "feature"
    FIX = "fix"
    MIGRATION = "migration"
    PLAIN = "plain"


PREFIXES: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        Kind.FEATURE: "feature/",
        Kind.FIX: "fix/",
        Kind.MIGRATION: "migration/",
        Kind.PLAIN: "",
    }
)


class Origin(StrEnum):
    """Source of a value; decides whether it may run without a question."""

    DEFAULT = "default"
    REPOSITORY = "repository"
    USER = "user"
    ENVIRONMENT = "environment"
    TYPED = "command line"

    @property
    def asked_about(self) -> bool:
        """Whether somebody other than the user may have written the value."""
        return self is Origin.REPOSITORY


_STATUS: Final = "while clear; GIT_OPTIONAL_LOCKS=0 git status --short --branch; do sleep 5; done"
"""What `watch -n 5 git status` shows, where there is no `watch` too."""


class Split(StrEnum):
    """Position of a further pane, relative to the one before it."""

    RIGHT = "right"
    BELOW = "below"


@dataclass(frozen=True, slots=True)
class TypedLine:
    """A line that is typed into a pane's shell, with Enter behind it or without."""

    text: str
    enter: bool = True


@dataclass(frozen=True, slots=True)
class LayoutPane:
    """One pane of a window layout.

    Attributes:
        command: Shell command to run in it; `{agent}` stands for the agent command with its
            prompt, `{check}` for the commands of `merge.check`; empty for a plain shell.
        split: Where it goes; `None` only for the first pane.
        size: Percent of the space it is split from, 10 to 90.
        typed: Lines typed into the shell, in which they have effect: `cd`, aliases.
        directory: Where it starts, seen from its window's directory.
        env: Variables set in it.
        focus: Whether it gets the input.
    """

    command: str = "{agent}"
    split: Split | None = None
    size: int = 50
    typed: tuple[TypedLine, ...] = ()
    directory: str = ""
    env: tuple[tuple[str, str], ...] = ()
    focus: bool = False


@dataclass(frozen=True, slots=True)
class LayoutWindow:
    """One window of a layout.

    Attributes:
        name: Shown name; empty for that of its session, or its position.
        panes: At least one.
        session: The session whose window it is; empty for the main worktree, or the session that
            is started.
        directory: Where it starts, seen from the layout's directory in that worktree.
        arrangement: One of tmux's, by name (`tiled`) or as tmux writes it; empty for none.
        env: Variables set in its panes.
        options: Options of the window, in tmux's names.
        focus: Whether it is shown first.
    """

    name: str = ""
    panes: tuple[LayoutPane, ...] = (LayoutPane(),)
    session: str = ""
    directory: str = ""
    arrangement: str = ""
    env: tuple[tuple[str, str], ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    focus: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """Windows with their panes.

    Attributes:
        windows: At least one.
        directory: Where they start, seen from the worktree.
        env: Variables set in all panes.
        options: Options of the repository's tmux session, in tmux's names.
        before: Shell lines that run before anything opens; the first that fails stops it.
    """

    windows: tuple[LayoutWindow, ...]
    directory: str = ""
    env: tuple[tuple[str, str], ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    before: tuple[str, ...] = ()

    @classmethod
    def of(cls, *panes: LayoutPane) -> Layout:
        """A layout of one window."""
        return cls((LayoutWindow(panes=panes),))

    @property
    def panes(self) -> tuple[LayoutPane, ...]:
        """All panes, window by window."""
        return tuple(pane for window in self.windows for pane in window.panes)


_CHECKS: Final = LayoutPane("{check}", Split.RIGHT)

LAYOUTS: Final[Mapping[str, Layout]] = MappingProxyType(
    {
        "single": Layout.of(LayoutPane()),
        "split": Layout.of(LayoutPane(), LayoutPane("", Split.RIGHT, 40)),
        "stack": Layout.of(LayoutPane(), LayoutPane("", Split.BELOW, 30)),
        "parallel-dev": Layout(
            (
                LayoutWindow("main", (LayoutPane(), _CHECKS), focus=True),
                LayoutWindow(session="feature"),
                LayoutWindow(session="api"),
                LayoutWindow(
                    "monitor", (LayoutPane("htop || top"), LayoutPane(_STATUS, Split.BELOW))
                ),
                LayoutWindow("git", (LayoutPane(""),)),
            ),
            options=(("status-right", "#[fg=green]Parallel Dev #[fg=yellow]| #[fg=cyan]%H:%M"),),
        ),
    }
)
"""Layouts that everybody has; the last is of the repository, as in the guide."""


class EditWatch(StrEnum):
    """How uncommitted edits are noticed; `auto` picks by the number of directories."""

    AUTO = "auto"
    TREE = "tree"
    ACTIVITY = "activity"
    OFF = "off"


BOUNDARY_ACTIONS: Final = ("observe", "warn", "ask", "deny")
"""What a change of a path can lead to that is not the session's own, the mildest first."""

MERGE_STRATEGIES: Final = ("merge", "squash", "rebase")
"""How a session can be landed on base."""


@dataclass(frozen=True, slots=True)
class Config:
    """Effective settings.

    Attributes:
        base: Branch to measure against; `None` to find it (remote HEAD, else main, master).
        directory: Template of a new worktree's directory; knows `{repo}`, `{name}`, `{kind}`.
        copy: Untracked files to copy into a new worktree, gitignore patterns; `symlink` to link.
        setup: Commands to run in a new worktree, each a shell line.
        agent: Starts the agent, `{prompt}` in it; empty for a shell, `None` for what is installed.
        layout: Name of the window layout used when none is asked for.
        layouts: All layouts by name.
        presets: Descriptions of teams by name, as they stand in the file; `model.team` reads them.
        multiplexer: `tmux` or `screen`; `None` for tmux, or GNU Screen where only that is found.
        tmux_socket: Name or path of the tmux socket; `tmux_session` the session's, or `None`.
        edit_watch: How edits are noticed.
        max_sessions: Soft limit; beyond it spawning warns (guide: 3 to 4 is usually optimal).
        terminal: Command that opens a terminal, `{argv}` in it; `None` for the one in use.
        terminal_place: Where the terminal in use shows another window: `tab`, `window`, `split`.
        theme: Textual theme; `None` for the default.
        keys: Remapped keys by command id.
        trash_days: Days after which what was removed, or a sync's backup, is deleted; at least 1.
        trash_size: Bytes of all removed sessions; the oldest go, none younger than a day.
        trash_syncs: Number of syncs whose backups are kept; the oldest go, none younger than a day.
        agent_hooks: Whether agents get hooks, and may run what only talks to other sessions.
        deliver_after_limit: Whether the dashboard delivers what waits for an agent after its limit.
        sync_at_rest: Whether the dashboard syncs sessions at rest whose files base has changed.
        mouse: Whether a click on a session attaches it (`attach`) or only selects it (`select`).
        conflict_events: Whether both sessions of a pair are told when it comes to conflict.
        boundaries_level: What a change of another session's path leads to.
        boundaries_unowned: What a change of a path leads to that belongs to no session.
        boundaries_locks: What a change of a path leads to that another session has locked.
        merge_check: Commands that check a session's work before it may land, each a shell line.
        merge_strategy: How sessions are landed on base.
        merge_after: By session, those that it lands after; of several next ones the highest
            `merge_priority` lands.
        prove_workers: How many checks of sessions landed together may run at once.
        prove_timeout: Seconds that one command of such a check may take.
        prove_disk: Bytes that the worktrees of such checks may take together.
        prove_continuous: Whether the dashboard proves ready sessions whenever they change.
        train_keep: Whether the dashboard keeps the reference of all ready sessions landed.
        merge_rerere: Whether predictions say that git remembers how a conflict was resolved.
        requests: Whether the dashboard asks gh or glab for pull requests.
        notify_waiting: Whether that is told, one of `Switch`; so are all up to `notify_handoff`.
        notify_toast: Whether news is shown in the dashboard; `notify_bell` whether a bell rings.
        notify_desktop: Who shows news on the desktop, one of `DesktopWay`.
        notify_quiet_hours: Hours without news, such as `22:00-07:00`; `None` for none.
        slots: How many commands of a slot may run at once; `ports` are shared out to sessions.
        store: `files`, or a PostgreSQL database's URL; `store_repository` tells a fork apart there.
        share_never: Patterns of files that never leave this machine.
        hosts: How others are reached, by the name under which they share work.
    """

    base: str | None = None
    directory: str = "../{repo}-{name}"
    copy: tuple[str, ...] = ()
    symlink: tuple[str, ...] = ()
    setup: tuple[str, ...] = ()
    agent: str | None = None
    layout: str = "single"
    layouts: Mapping[str, Layout] = field(default_factory=lambda: LAYOUTS)
    presets: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    multiplexer: str | None = None
    tmux_socket: str | None = None
    tmux_session: str | None = None
    edit_watch: EditWatch = EditWatch.AUTO
    max_sessions: int = 4
    terminal: str | None = None
    terminal_place: str = "tab"
    theme: str | None = None
    keys: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    mouse: str = "attach"
    conflict_events: bool = True
    trash_days: int = 14
    trash_size: int = 5 << 30
    trash_syncs: int = 50
    agent_hooks: bool = True
    deliver_after_limit: bool = False
    sync_at_rest: bool = False
    boundaries_level: str = "deny"
    boundaries_unowned: str = "observe"
    boundaries_locks: str = "deny"
    merge_check: tuple[str, ...] = ()
    merge_strategy: str = "merge"
    merge_after: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    merge_priority: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    prove_workers: int = 1
    prove_timeout: float = 1800
    prove_disk: int = 5 << 30
    prove_continuous: bool = False
    train_keep: bool = False
    merge_rerere: bool = True
    requests: bool = True
    notify_waiting: str = "on"
    notify_failed: str = "on"
    notify_crashed: str = "on"
    notify_limited: str = "on"
    notify_done: str = "on"
    notify_conflict: str = "on"
    notify_handoff: str = "on"
    notify_toast: bool = True
    notify_bell: bool = False
    notify_desktop: str = "auto"
    notify_quiet_hours: str | None = None
    slots: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    ports: Mapping[str, PortRange] = field(default_factory=lambda: MappingProxyType({}))
    store: str = "files"
    store_repository: str | None = None
    share_never: tuple[str, ...] = (".env", ".env.*", "*.pem", "*.key", "id_rsa", "id_ed25519")
    hosts: Mapping[str, HostSettings] = field(default_factory=lambda: MappingProxyType({}))
