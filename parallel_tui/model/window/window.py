"""Windows and panes of the terminal multiplexer."""

from __future__ import annotations

from parallel_tui.record import dataclass, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

MUX_SOURCE: Final = "tmux"
"""The multiplexer as a source of facts: a word of the public schema, whichever one it is."""

DASHBOARD: Final = "pdev-tui"
"""Command of a pane that shows a dashboard."""


@dataclass(frozen=True, slots=True)
class PaneEnd:
    """How the command ended that a pane was opened for; a shell runs there since.

    Attributes:
        status: As the shell told it: 128 and more for a signal.
        at: When, in epoch seconds.
    """

    status: int
    at: int


@dataclass(frozen=True, slots=True)
class Pane:
    """One pane of a window.

    Attributes:
        id: The multiplexer's own id, such as `%7`; never reused while the server lives.
        pid: Process id of the pane's first process.
        command: Name of the foreground process.
        path: Its working directory; empty when the multiplexer cannot tell.
        active: Whether it is the window's active pane.
        dead: Whether its process ended and the pane was kept.
        width: Columns.
        height: Rows.
        title: Title set by the program in it.
        own: Whether we draw in it ourselves: nothing that happens in it is news.
        ended: How its command ended; `None` while that runs, or where nobody noted it.
    """

    id: str
    pid: int
    command: str
    path: str
    active: bool = True
    dead: bool = False
    width: int = 80
    height: int = 24
    title: str = ""
    own: bool = False
    ended: PaneEnd | None = None

    @property
    def dashboard(self) -> bool:
        """Whether it shows a dashboard, this one or another: no work that anybody does there."""
        return self.own or self.command == DASHBOARD


@dataclass(frozen=True, slots=True)
class Window:
    """One window of the multiplexer.

    Attributes:
        id: The multiplexer's own id, such as `@3`.
        session_id: Id of the multiplexer session it is listed in, such as `$1`.
        session_name: Name of that session.
        index: Position in that session.
        name: Shown name.
        panes: In pane order; at least one.
        active: Whether it is its session's current window.
        attached: How many clients look at its multiplexer session.
        activity: When something was last printed in it, in epoch seconds.
        bell: Whether a bell rang since it was last looked at.
        owner: Name of the pdev session it was made for; `None` when pdev did not make it.
        ours: Whether its multiplexer session is the one pdev made for this repository.
    """

    id: str
    session_id: str
    session_name: str
    index: int
    name: str
    panes: tuple[Pane, ...]
    active: bool = False
    attached: int = 0
    activity: int = 0
    bell: bool = False
    owner: str | None = None
    ours: bool = False

    @property
    def active_pane(self) -> Pane:
        """The pane that has the input."""
        return next((pane for pane in self.panes if pane.active), self.panes[0])

    @property
    def others(self) -> tuple[Pane, ...]:
        """Its panes but for those that show a dashboard."""
        return tuple(pane for pane in self.panes if not pane.dashboard)

    def drawn_in(self, pane: str) -> Window:
        """The same window for who draws in a pane: what is printed there does not count.

        When something was printed is known of a window only: it is not known any more.
        """
        if all(each.id != pane for each in self.panes):
            return self
        panes = (replace(p, own=True, title="") if p.id == pane else p for p in self.panes)
        # A bell in a window that only we draw in is our own.
        bell = self.bell and len(self.panes) > 1
        return replace(self, panes=tuple(panes), activity=0, bell=bell)


@dataclass(frozen=True, slots=True)
class Resources:
    """What a window's process trees use, rounded so that noise is not news.

    Attributes:
        cpu: Percent of one core, whole numbers.
        memory: Resident memory in bytes, rounded to MiB.
        processes: How many processes.
        disk: Bytes that they read from and write to disks in a second, rounded to 64 KiB.
        cpu_trend: Percent of one core over the last minutes; see `model.machine.trend`.
        memory_trend: MiB over the last minutes.
    """

    cpu: int
    memory: int
    processes: int
    disk: int = 0
    cpu_trend: tuple[int, ...] = ()
    memory_trend: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Screen:
    """The visible contents of one pane.

    Attributes:
        pane: Id of the pane.
        lines: One string a row, with SGR colour sequences, without trailing newline.
        width: Columns of the pane.
    """

    pane: str
    lines: tuple[str, ...]
    width: int


@dataclass(frozen=True, slots=True)
class MuxListing:
    """Everything the multiplexer's server answered in one read.

    Attributes:
        running: Whether a server is there at all. Not running is an answer, and differs both
            from a server without windows and from a server that gave no answer (an error).
        windows: All windows of all its sessions; a window linked into several sessions once.
        screens: Contents of the panes that were asked for and still exist.
        server: Process id of the server; `None` where no window tells it.
    """

    running: bool
    windows: tuple[Window, ...] = ()
    screens: tuple[Screen, ...] = ()
    server: int | None = None
