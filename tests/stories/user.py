"""A user at a terminal: starts the real programs, presses keys, clicks, reads the screen.

The terminal is a tmux server of its own, so what is read is what a person would see, and what is
typed goes through a real pseudo-terminal. The sessions live on another server (`-L world`).
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path

import psutil
from rich.cells import cell_len

from tests.support.terminal import Terminal
from tests.support.waiting import eventually
from tests.support.world import World

BIN = Path(sys.executable).parent


@dataclass
class User:
    """One person at one terminal window.

    Attributes:
        world: The repository and its tmux server.
        columns: Width of the terminal.
        rows: Height of the terminal.
        settings: Variables that this person has set.
    """

    world: World
    columns: int = 120
    rows: int = 40
    settings: Mapping[str, str] = field(default_factory=dict)
    _terminal: Terminal | None = field(default=None, repr=False)
    _shell: int = 0

    @property
    def env(self) -> dict[str, str]:
        """The environment the user's shell has: an agent is a plain shell unless set."""
        path = f"{BIN}{os.pathsep}{self.world.env['PATH']}"
        ours = {"PATH": path, "PDEV_TMUX_SOCKET": self.world.socket, "PDEV_AGENT": ""}
        return {**self.world.env, **ours, **self.settings}

    @property
    def terminal(self) -> Terminal:
        """The terminal window, opened when first looked at."""
        if self._terminal is None:
            folder = Path(self.world.env["TMUX_TMPDIR"])
            self._terminal = Terminal(folder, self.env, columns=self.columns, rows=self.rows)
            self._terminal.open(self.world.root)
        return self._terminal

    def runs(self, command: str, *, cwd: Path | None = None, nested: bool = False) -> User:
        """Run a command in a shell; its exit status is shown when it ends, then a prompt.

        Args:
            command: For `sh`.
            cwd: Where; in the repository by default.
            nested: Whether the command may know that its terminal is a tmux.
        """
        script = f"{command}; printf 'ended with %s\\n' $?; exec sh"
        outside = [] if nested else ["env", "-u", "TMUX", "-u", "TMUX_PANE"]
        self._shell = self.terminal.start([*outside, "sh", "-c", script], cwd or self.world.repo)
        return self

    def opens_dashboard(self, *options: str, cwd: Path | None = None, nested: bool = False) -> User:
        """Start `pdev-tui` and wait until it is live."""
        self.runs(shlex.join(["pdev-tui", *options]), cwd=cwd, nested=nested)
        return self.sees("Sessions", "edits: live")

    def opens_dashboard_inside_tmux(self) -> User:
        """Start `pdev-tui` in a window of the very server that holds the sessions."""
        settings = shlex.join(["env", *(f"{key}={value}" for key, value in self.env.items())])
        command = f"{settings} pdev-tui; printf 'ended with %s\\n' $?; exec sh"
        self.world.window("dash", self.world.repo, command, session="home")
        attach = shlex.join(["tmux", "-u", "-L", self.world.socket, "attach", "-t", "=home"])
        self.runs(attach)
        return self.sees("Sessions", "edits: live")

    # Hands

    def presses(self, *keys: str) -> User:
        """Press keys, by tmux's names (`Enter`, `Escape`, `C-p`, `n`)."""
        for key in keys:
            self.terminal.press(key)
        return self

    def presses_prefix(self, key: str) -> User:
        """Press the prefix of the tmux that holds the sessions, and a key."""
        # It takes what comes this fast for a paste, in which its keys mean nothing.
        self.world.tmux("set-option", "-g", "assume-paste-time", "0")
        return self.presses("C-b", key)

    def detaches(self) -> User:
        """Leave the tmux that took the terminal."""
        return self.presses_prefix("d")

    def presses_and_looks(self, key: str) -> User:
        """Press a key and wait until that has changed anything, be it a colour."""
        before = self.colours()
        self.presses(key)
        return self.waits(lambda: self.colours() != before, f"{key!r} never changed anything")

    def types(self, text: str) -> User:
        """Type text literally."""
        self.terminal.type(text)
        return self

    def place_of(self, text: str) -> tuple[int, int]:
        """Column and row, counted from 1, where the screen first shows a text."""
        for row, line in enumerate(self.lines(), start=1):
            before, found, _ = line.partition(text)
            if found:
                return cell_len(before) + 1, row
        raise AssertionError(f"{text!r} is not on the screen:\n{self.screen()}")

    def clicks(self, text: str) -> User:
        """Click on the first place where the screen shows a text, once it does."""
        self.sees(text)
        self.terminal.mouse(*self.place_of(text))
        return self

    def wheels(self, text: str, *, down: bool = True) -> User:
        """Turn the mouse wheel over a text."""
        self.terminal.mouse(*self.place_of(text), button=65 if down else 64)
        return self

    def resizes(self, columns: int, rows: int) -> User:
        """Change the size of the terminal."""
        self.terminal.resize(columns, rows)
        return self

    def selects(self, name: str) -> User:
        """Go to a session with the keys of the list, as many steps as can be seen to be needed."""

        def there() -> bool:
            rows = self.listed()
            here = next((n for n, row in enumerate(rows) if row.startswith("▌ ")), None)
            wanted = next((n for n, row in enumerate(rows) if name in row), None)
            if here is None or wanted is None:
                return False
            self.presses(*("j" if wanted > here else "k") * abs(wanted - here))
            with suppress(AssertionError):  # the list was drawn anew meanwhile: look again
                self.sees_cursor(name, within=3)
            return name in self.cursor()

        return self.waits(there, f"the cursor never came to {name!r}")

    def quits(self) -> User:
        """Press `q` and wait for the program to end well."""
        self.presses("q")
        return self.sees("ended with 0")

    def closes_terminal(self) -> None:
        """Close the terminal window without a word, as a click on its cross does."""
        self.terminal.hang_up()

    def leaves(self) -> None:
        """Close the terminal and all that runs in it."""
        if self._terminal is not None:
            self._terminal.close()
            self._terminal = None

    # Eyes

    def lines(self) -> list[str]:
        """What the terminal shows now."""
        return self.terminal.screen()

    def screen(self) -> str:
        """What the terminal shows now, as one text."""
        return "\n".join(self.lines())

    def row(self, text: str) -> str:
        """The first line of the screen that has a text in it, or an empty one."""
        return next((line for line in self.lines() if text in line), "")

    def cursor(self) -> str:
        """The selected row of the list of sessions, if it is in view."""
        return next((row[2:] for row in self.listed() if row.startswith("▌ ")), "")

    def waits(self, seen: Callable[[], bool], otherwise: str, within: float | None = None) -> User:
        """Wait for something; when it never comes, show the screen."""
        try:
            eventually(seen, within=within)
        except AssertionError:
            raise AssertionError(f"{otherwise}; the screen:\n{self.screen()}") from None
        return self

    def sees(self, *texts: str, within: float | None = None) -> User:
        """Wait until all texts are on the screen."""

        def shown() -> bool:
            screen = self.screen()
            return all(text in screen for text in texts)

        return self.waits(shown, f"never saw {texts}", within)

    def sees_no_more(self, *texts: str, within: float | None = None) -> User:
        """Wait until texts are gone from the screen."""

        def gone() -> bool:
            screen = self.screen()
            return not any(text in screen for text in texts)

        return self.waits(gone, f"{texts} stayed", within)

    def sees_no_row(self, text: str, within: float | None = None) -> User:
        """Wait until no row of the list has a text; messages may still tell of it."""
        return self.waits(
            lambda: bool(self.listed()) and not any(text in row for row in self.listed()),
            f"the row of {text!r} stayed",
            within,
        )

    def sees_row(
        self, name: str, *texts: str, without: str = "", within: float | None = None
    ) -> User:
        """Wait until one line holds a name and all texts, and not the one it must be without."""

        def shown() -> bool:
            return any(
                name in line
                and all(text in line for text in texts)
                and not (without and without in line)
                for line in self.lines()
            )

        return self.waits(shown, f"no row of {name!r} with {texts} without {without!r}", within)

    def sees_cursor(self, *texts: str, within: float | None = None) -> User:
        """Wait until the selected row holds all texts."""
        return self.waits(
            lambda: all(text in self.cursor() for text in texts),
            f"the cursor is not at {texts}",
            within,
        )

    def listed(self) -> list[str]:
        """The rows of the list of sessions that are in view, without its heading."""
        lines = self.lines()
        first = next((n for n, line in enumerate(lines) if "─ Sessions" in line), len(lines)) + 2
        rows = takewhile(lambda line: line.startswith("│"), lines[first:])
        return [_in_list(line) for line in rows]

    def colours(self) -> list[str]:
        """The screen with its colours."""
        return self.terminal.screen(colours=True)

    def modes(self) -> list[str]:
        """What a program has switched on in the terminal and not off again."""
        return self.terminal.modes()

    # What only the operating system knows

    def program(self) -> psutil.Process:
        """The process of the command that runs in the terminal."""
        shell = psutil.Process(self._shell)
        (program,) = eventually(shell.children)
        return program

    def processes(self) -> list[psutil.Process]:
        """The command's process and all below it."""
        program = self.program()
        return [program, *program.children(recursive=True)]


def _in_list(line: str) -> str:
    """What a line shows of the pane at the left border."""
    return line[1:].partition("│")[0] if line.startswith("│") else ""


def gone(processes: list[psutil.Process]) -> bool:
    """Whether all these processes have ended; one that nobody has waited for yet has."""
    return not any(one.is_running() and one.status() != psutil.STATUS_ZOMBIE for one in processes)
