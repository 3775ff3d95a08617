"""Port for a terminal multiplexer.

Each answers with model values or raises a `ParallelError`; nothing here returns an empty result for
a question that could not be answered.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Protocol

from parallel_tui.model.layout.windows import NewWindow, StandingWindows
from parallel_tui.model.settings.consent import ApprovedPane
from parallel_tui.model.window.attachment import Attachment
from parallel_tui.model.window.mux_news import MuxNews
from parallel_tui.model.window.pane_input import PaneInput
from parallel_tui.model.window.window import MuxListing, Window


class MuxWatch(Protocol):
    """Something that tells of changes until it is closed."""

    def stop(self) -> None:
        """Tell nothing further, ever; never blocks."""
        ...

    def close(self) -> None:
        """Stop, and give back what it holds."""
        ...


class Mux(Protocol):
    """A terminal multiplexer. One call lists all windows.

    To support another one, implement this below `adapters/` and choose it in `bootstrap`.
    """

    @property
    def name(self) -> str:
        """Its name in messages: `tmux`."""
        ...

    def check(self) -> None:
        """Check that it can be used.

        Raises:
            MuxError: When it is not installed or too old, with the command to install it.
        """
        ...

    def listing(self, screens: Collection[str] = ()) -> MuxListing:
        """All windows and panes, and the contents of some panes, in one process.

        Raises:
            MuxError: When it gave no usable answer. No server is an answer.
        """
        ...

    def watch(self, told: Callable[[MuxNews], None], own_pane: str | None) -> MuxWatch:
        """Begin to tell of changes, for as long as they can be told; never blocks.

        Whoever watches changes nothing, is seen by nobody and keeps nothing alive. It first tells
        whether it listens, and again whenever that changes; a multiplexer without events is
        deaf from the beginning, and says why. While it listens, `listing` is to start no process.

        Args:
            told: Called with each piece of news, from any thread, one at a time or not; it must
                return at once.
            own_pane: A pane that the caller itself draws in: what is printed there is no news.
        """
        ...

    @property
    def notice(self) -> str:
        """What the user should know about the server in use; empty for nothing."""
        ...

    def oddities(self) -> tuple[tuple[str, str], ...]:
        """Problems of the server in use, each with its remedy; one process.

        Raises:
            MuxError: When it gave no usable answer.
        """
        ...

    def elsewhere(self) -> Mapping[str, tuple[Window, ...]]:
        """Windows of this repository on other servers.

        To be asked after `listing`, for that tells which server is ours.

        Returns:
            By server, as `option` takes it. A server that ended is left out.

        Raises:
            MuxError: When one of them runs and cannot be asked.
        """
        ...

    def option(self, server: str) -> str:
        """The command line option of pdev that selects another server.

        Args:
            server: As `elsewhere` names it.
        """
        ...

    def is_window_id(self, text: str) -> bool:
        """Whether a text is a window's id rather than a session's name."""
        ...

    def is_server(self, process: str) -> bool:
        """Whether a process of this name is a window server, which works in no directory."""
        ...

    def own_pane(self, env: Mapping[str, str]) -> str | None:
        """Id of this server's pane that a program with this environment runs in, if any."""
        ...

    def open_window(
        self,
        *,
        session: str,
        name: str,
        directory: str,
        panes: Sequence[ApprovedPane],
        env: Mapping[str, str],
    ) -> str:
        """Open a window of the repository, in a group of its own where the multiplexer has groups.

        Args:
            session: Name of the pdev session it is made for, stored with the window.
            name: Shown name.
            directory: Where its panes start.
            panes: Panes with their commands filled in; each ends in the user's shell.
            env: Variables set in its panes.

        Returns:
            The window's id.
        """
        ...

    def close_window(self, window_id: str) -> None:
        """Close one window. A window already gone is no error.

        Raises:
            MuxError: When it cannot be told whether it is gone.
        """
        ...

    def pane_input(self, pane: str) -> PaneInput:
        """Where what is typed into a pane would go now.

        Raises:
            MuxError: When there is no such pane, its program has ended, or nobody can be asked.
        """
        ...

    def type_into(self, pane: str, pid: int, text: str) -> bool:
        """Paste a text into a pane and press Enter, as a person would.

        Args:
            pane: The pane's id.
            pid: Its first process, as `pane_input` told it: another one gets nothing.
            text: Without control characters but line ends and tabs.

        Returns:
            Whether it was typed; if not, nothing was.

        Raises:
            MuxError: When nobody can be asked; it is not known then.
        """
        ...

    def attachment(self, window_id: str, env: Mapping[str, str]) -> Attachment:
        """The command that shows a window from here.

        Args:
            window_id: Which.
            env: Our own environment; tells whether we run inside the same server.
        """
        ...

    def beside(self, name: str, argv: Sequence[str], env: Mapping[str, str]) -> Attachment | None:
        """The command that shows a program in a window of its own beside ours, or the one it has.

        Args:
            name: Name of the window.
            argv: The program; the window closes when it ends well.
            env: Our own environment.

        Returns:
            `None` where we run in no window, or none can be opened beside it.

        Raises:
            MuxError: When the multiplexer cannot be asked.
        """
        ...

    def command_elsewhere(self, window_id: str, env: Mapping[str, str]) -> Sequence[str]:
        """A command that shows a window in another terminal, whatever environment it inherits.

        Args:
            window_id: Which.
            env: Our own environment.

        Raises:
            MuxError: When the window is gone, or the multiplexer cannot be asked.
        """
        ...


class Arranging(Protocol):
    """What a multiplexer does with whole layouts."""

    @property
    def lacks(self) -> tuple[str, ...]:
        """What of a layout it cannot do, in words: left out when one is opened."""
        ...

    def standing(self, *, options: bool = False) -> StandingWindows:
        """The repository's windows.

        Args:
            options: Whether to read what is set on them too, which takes one process more.

        Raises:
            MuxError: When nobody could be asked. No server is an answer.
        """
        ...

    def open(
        self, windows: Sequence[NewWindow], options: Sequence[tuple[str, str]] = ()
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Open windows, all or none.

        Args:
            windows: Which, in their order.
            options: For the repository's group of windows; never set for any other.

        Returns:
            Ids of the windows, and what could not be set, in words.

        Raises:
            MuxError: When they could not be opened; none is left then.
            RefusedError: When an option would have an effect on other windows.
        """
        ...
