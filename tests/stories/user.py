"""A user at a terminal: starts the real program, presses keys, clicks, reads the screen.

The terminal is a tmux server of its own (`-L outer`), so what is read is what a person would see,
and what is typed goes through a real pseudo-terminal. The sessions under test live on another
server (`-L world`).
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

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
    """

    world: World
    columns: int = 120
    rows: int = 40
    name: str = "user"
    _pane: str = field(default="", repr=False)

    @property
    def env(self) -> Mapping[str, str]:
        """The environment the user's shell has."""
        path = f"{BIN}{os.pathsep}{self.world.env['PATH']}"
        return {**self.world.env, "PATH": path, "PDEV_TMUX_SOCKET": self.world.socket}

    def _outer(self, *args: str, check: bool = True) -> str:
        done = subprocess.run(
            ["tmux", "-u", "-L", f"outer-{self.name}", "-f", "/dev/null", *args],
            env=dict(self.env),
            cwd=self.world.root,
            capture_output=True,
            text=True,
            errors="surrogateescape",
            check=False,
        )
        if check and done.returncode:
            raise AssertionError(f"tmux {args} failed: {done.stderr}")
        return done.stdout

    def runs(self, command: str, *, cwd: Path | None = None) -> User:
        """Open a terminal that runs a command; its exit status is shown when it ends."""
        script = f"{command}; printf 'ended with %s\\n' $?; exec sh"
        self._pane = self._outer(
            "new-session",
            "-d",
            "-x",
            str(self.columns),
            "-y",
            str(self.rows),
            "-c",
            str(cwd or self.world.repo),
            "-P",
            "-F",
            "#{pane_id}",
            "sh",
            "-c",
            script,
        ).strip()
        return self

    def opens_dashboard(self, *options: str, cwd: Path | None = None) -> User:
        """Start `pdev-tui` and wait until it shows the main session."""
        self.runs(shlex.join(["pdev-tui", *options]), cwd=cwd)
        self.sees("Sessions")
        return self

    def opens_dashboard_inside_tmux(self, *options: str) -> User:
        """Start `pdev-tui` in a window of the very server that holds the sessions."""
        command = shlex.join(["pdev-tui", *options])
        self.world.window("dash", self.world.repo, f"{command}; exec sh", session="home")
        attach = shlex.join(["tmux", "-u", "-L", self.world.socket, "attach", "-t", "=home"])
        self.runs(f"env -u TMUX {attach}")
        self.sees("Sessions")
        return self

    def presses(self, *keys: str) -> User:
        """Press keys, by tmux's names (`Enter`, `Escape`, `C-p`, `n`)."""
        for key in keys:
            self._outer("send-keys", "-t", self._pane, key)
        return self

    def types(self, text: str) -> User:
        """Type text literally."""
        self._outer("send-keys", "-t", self._pane, "-l", "--", text)
        return self

    def clicks(self, text: str) -> User:
        """Click on the first place where the screen shows a text."""
        lines = self.screen().splitlines()
        for row, line in enumerate(lines, start=1):
            if text in line:
                column = line.index(text) + 1
                for final in ("M", "m"):
                    event = f"\x1b[<0;{column};{row}{final}"
                    self._outer("send-keys", "-t", self._pane, "-H", *_hex(event))
                return self
        raise AssertionError(f"{text!r} is not on the screen:\n{self.screen()}")

    def resizes(self, columns: int, rows: int) -> User:
        """Change the size of the terminal."""
        self._outer("resize-window", "-t", self._pane, "-x", str(columns), "-y", str(rows))
        return self

    def screen(self) -> str:
        """What the terminal shows now."""
        return self._outer("capture-pane", "-p", "-t", self._pane)

    def row(self, text: str) -> str:
        """The first line of the screen that has a text in it, or an empty one."""
        return next((line for line in self.screen().splitlines() if text in line), "")

    def sees(self, *texts: str, within: float = 30.0) -> User:
        """Wait until all texts are on the screen."""

        def shown() -> bool:
            screen = self.screen()
            return all(text in screen for text in texts)

        try:
            eventually(shown, within=within)
        except AssertionError:
            raise AssertionError(f"never saw {texts}; the screen:\n{self.screen()}") from None
        return self

    def sees_no_more(self, text: str, within: float = 30.0) -> User:
        """Wait until a text is gone from the screen."""
        try:
            eventually(lambda: text not in self.screen(), within=within)
        except AssertionError:
            raise AssertionError(f"{text!r} stayed; the screen:\n{self.screen()}") from None
        return self

    def sees_row(self, name: str, *texts: str, within: float = 30.0) -> User:
        """Wait until one line holds a name and all texts."""

        def shown() -> bool:
            return any(
                name in line and all(text in line for text in texts)
                for line in self.screen().splitlines()
            )

        try:
            eventually(shown, within=within)
        except AssertionError:
            raise AssertionError(
                f"no row of {name!r} with {texts}; the screen:\n{self.screen()}"
            ) from None
        return self

    def quits(self) -> User:
        """Press `q` and wait for the program to end well."""
        self.presses("q")
        return self.sees("ended with 0")

    def program(self) -> int:
        """Process id of the terminal's first process."""
        return int(self._outer("display-message", "-p", "-t", self._pane, "#{pane_pid}"))

    def closes_terminal(self) -> None:
        """Close the terminal window without a word, as a click on its cross does."""
        self._outer("kill-pane", "-t", self._pane, check=False)


def _hex(text: str) -> list[str]:
    return [f"{byte:02x}" for byte in text.encode()]
