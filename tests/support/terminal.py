"""A terminal: runs a program in a private tmux, types and clicks, and reads its screen quickly.

For measuring, for pictures and for the fake user of the stories. Reading goes through one
control-mode client (0.1 ms a read instead of 3 ms for a process each), so that looking does not
take the processor from what is looked at.
"""

from __future__ import annotations

import itertools
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.support.waiting import Deadline

_NUMBERS = itertools.count(1)


class Terminal:
    """One terminal window of a given size, on a tmux server of its own.

    Args:
        folder: A short existing path; the server's socket is made in it.
        env: Whole environment of the program.
        columns: Width.
        rows: Height.
    """

    def __init__(
        self, folder: Path, env: Mapping[str, str], *, columns: int = 200, rows: int = 60
    ) -> None:
        # One of its own: the server of a terminal just closed may still be on its way out.
        self._socket = str(folder / f"terminal{next(_NUMBERS)}")
        self._env = dict(env)
        self._size = (str(columns), str(rows))
        self._reader: subprocess.Popen[bytes] | None = None

    def _tmux(self, *args: str, check: bool = True) -> str:
        done = subprocess.run(
            ["tmux", "-u", "-S", self._socket, "-f", "/dev/null", *args],
            env=self._env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=check,
        )
        return done.stdout.strip()

    def open(self, cwd: Path) -> None:
        """Open the terminal with nothing in it yet."""
        columns, rows = self._size
        where = ["-d", "-s", "t", "-x", columns, "-y", rows, "-c", str(cwd), "exec cat"]
        self._tmux("new-session", *where)
        self._tmux("set-option", "-g", "remain-on-exit", "on")
        self._reader = subprocess.Popen(
            [
                *("tmux", "-u", "-S", self._socket, "-C", "attach-session"),
                *("-f", "no-output,ignore-size", "-t", "=t:"),
            ],
            env=self._env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.screen()

    def _ask(self, command: str) -> list[str]:
        """Send one command over the control client and return the lines of its answer."""
        assert self._reader is not None
        assert self._reader.stdin is not None
        assert self._reader.stdout is not None
        # The answer stands between the marks of *our* command; others' blocks come in between.
        mark = "answer-to-us"
        self._reader.stdin.write(f"{command} ; display-message -p {mark}\n".encode())
        self._reader.stdin.flush()
        block: list[str] = []
        blocks: list[list[str]] = []
        inside = False
        while True:
            raw = self._reader.stdout.readline()
            if not raw:
                raise RuntimeError("the terminal's tmux server ended")
            line = raw.decode(errors="replace").rstrip("\n")
            if not inside and line.startswith("%begin "):
                inside, block = True, []
            elif inside and line.startswith(("%end ", "%error ")):
                inside = False
                if block == [mark]:
                    return blocks[-1] if blocks else []
                blocks.append(block)
            elif inside:
                block.append(line)

    def start(self, argv: Sequence[str], cwd: Path) -> int:
        """Run a program in the terminal at once; returns its process id."""
        self._tmux("respawn-pane", "-k", "-t", "=t:", "-c", str(cwd), *argv)
        return int(self._tmux("display-message", "-p", "-t", "=t:", "#{pane_pid}"))

    def screen(self, *, colours: bool = False) -> list[str]:
        """The lines on the screen."""
        # With colours also the blanks at the end of a row, which have a background.
        return self._ask(f"capture-pane -p {'-e -N ' if colours else ''}-t =t:")

    def modes(self) -> list[str]:
        """What a program has switched on: mouse reports, the alternate screen, a hidden cursor."""
        flags = ("mouse_any_flag", "alternate_on", "cursor_flag")
        asked = " ".join(f"#{{{flag}}}" for flag in flags)
        (answer,) = self._ask(f"display-message -p -t =t: '{asked}'")
        values = dict(zip(flags, answer.split(), strict=True))
        return [
            *(["mouse"] if values["mouse_any_flag"] == "1" else []),
            *(["alternate screen"] if values["alternate_on"] == "1" else []),
            *(["no cursor"] if values["cursor_flag"] == "0" else []),
        ]

    def ended(self) -> bool:
        """Whether the program has ended."""
        return self._ask("display-message -p -t =t: '#{pane_dead}'") == ["1"]

    def press(self, key: str) -> None:
        """Press a key, by tmux's name."""
        self._ask(f"send-keys -t =t: '{key}'")

    def type(self, text: str) -> None:
        """Type text as it is."""
        self._tmux("send-keys", "-t", "=t:", "-l", "--", text)

    def type_slowly(self, text: str, pace: float) -> None:
        """Type text as a person does, one key after another; a line break is Enter.

        Args:
            text: What is typed.
            pace: Seconds from key to key.
        """
        for letter in text:
            time.sleep(pace)
            if letter == "\n":
                self.press("Enter")
            else:
                self.type(letter)

    def send(self, raw: str) -> None:
        """Send bytes that no key has, such as a report of the mouse."""
        self._tmux("send-keys", "-t", "=t:", "-H", *(f"{byte:02x}" for byte in raw.encode()))

    def mouse(self, column: int, row: int, *, button: int = 0) -> None:
        """Press and let go of a mouse button (64 and 65: a turn of the wheel up and down).

        Args:
            column: Counted from 1.
            row: Counted from 1.
            button: As SGR reports number them.
        """
        ends = "M" if button >= 64 else "Mm"
        self.send("".join(f"\x1b[<{button};{column};{row}{end}" for end in ends))

    def resize(self, columns: int, rows: int) -> None:
        """Change the size of the terminal."""
        self._tmux("resize-window", "-t", "=t:", "-x", str(columns), "-y", str(rows))

    def hang_up(self) -> None:
        """Close the terminal under the program, as a click on the window's cross does."""
        self._tmux("kill-pane", "-t", "=t:", check=False)

    def settle(self, *, still: float = 0.6, within: float = 10.0) -> None:
        """Wait until the screen has not changed for a while, colours included."""
        deadline = time.monotonic() + within
        before, since = self.screen(colours=True), time.monotonic()
        while time.monotonic() < deadline and time.monotonic() - since < still:
            time.sleep(0.05)
            now = self.screen(colours=True)
            if now != before:
                before, since = now, time.monotonic()

    def until(
        self, seen: Callable[[list[str]], bool], *, within: float | None = None
    ) -> float | None:
        """Wait until the screen is as wished; the time of that, or `None` when it never was."""
        late = Deadline(within)
        while not late:
            if seen(self.screen()):
                return time.perf_counter()
            time.sleep(0.004)
        return None

    def close(self) -> None:
        """End the terminal and what runs in it."""
        self._tmux("kill-server", check=False)
        if self._reader is not None:
            self._reader.communicate()
