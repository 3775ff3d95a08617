"""Windows to be opened together, and those that stand."""

from __future__ import annotations

from parallel_tui.record import dataclass, field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

    from parallel_tui.model.settings.consent import ApprovedPane


SHELLS: Final = frozenset(
    {"sh", "bash", "zsh", "fish", "dash", "ksh", "mksh", "tcsh", "csh", "ash", "nu", "xonsh"}
)
"""Programs that are a pane without a command."""


@dataclass(frozen=True, slots=True)
class NewWindow:
    """A window to be opened.

    Attributes:
        name: By which it is found again; what is shown of it is what the multiplexer can show.
        session: Name of the session whose window it is; empty for none.
        directory: Where it starts; absolute.
        panes: With approved commands; their directories are absolute too.
        env: Variables set in its panes.
        arrangement: As for `LayoutWindow`.
        options: As for `LayoutWindow`.
        focus: Whether it is shown first.
    """

    name: str
    session: str
    directory: str
    panes: tuple[ApprovedPane, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    arrangement: str = ""
    options: tuple[tuple[str, str], ...] = ()
    focus: bool = False


@dataclass(frozen=True, slots=True)
class StandingPane:
    """A pane as it is now.

    Attributes:
        command: What of a layout it was opened with and still runs, else the program that runs in
            it; empty for a shell.
        directory: Where that program stands; empty where nobody can tell.
        active: Whether it has its window's input.
    """

    command: str
    directory: str
    active: bool = False


@dataclass(frozen=True, slots=True)
class StandingWindow:
    """A window of the repository as it is now.

    Attributes:
        id: The multiplexer's own id.
        name: By which it is found again: that of its layout, else the shown one.
        session: Name of the session that it was made for; empty for none.
        arrangement: How its panes stand, as `LayoutWindow` takes it.
        active: Whether it is the one shown.
        options: Set on it alone.
        panes: In their order.
    """

    id: str
    name: str
    session: str
    arrangement: str
    active: bool
    options: tuple[tuple[str, str], ...]
    panes: tuple[StandingPane, ...]


@dataclass(frozen=True, slots=True)
class StandingWindows:
    """The repository's windows as they are now.

    Attributes:
        name: Of the group that the multiplexer has them in; empty where there is none.
        windows: In their order.
        options: Set on that group alone.
    """

    name: str = ""
    windows: tuple[StandingWindow, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
