"""Command lines of each terminal emulator: the guide's list and a few more.

Every builder makes an argument list. Where an emulator takes a line of shell or AppleScript
instead, the words are quoted for it.
"""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Callable, Mapping
from typing import Final

from parallel_tui.record import dataclass

Builder = Callable[["Request"], list[str]]


@dataclass(frozen=True, slots=True)
class Request:
    """A command to run, and where.

    Attributes:
        argv: Command to run in the terminal.
        title: Of the new window.
        directory: Where it starts.
        env: Environment of the terminal.
        place: Where it is wanted: `tab`, `window` or `split`. An emulator that does not offer that
            shows it in what comes nearest.
    """

    argv: tuple[str, ...]
    title: str
    directory: str
    env: Mapping[str, str]
    place: str = "tab"

    def one_of(self, tab: str, window: str, split: str) -> str:
        """What an emulator calls the place that is wanted."""
        return {"window": window, "split": split}.get(self.place, tab)


@dataclass(frozen=True, slots=True)
class Emulator:
    """A terminal emulator.

    Attributes:
        name: As people call it.
        program: What has to be on PATH.
        used: Whether an environment was made by it.
        build: Its arguments for a request.
    """

    name: str
    program: str
    used: Callable[[Mapping[str, str]], bool]
    build: Builder


SIGNS: Final = (
    *("TERM_PROGRAM", "TERM_PROGRAM_VERSION", "WT_SESSION", "WT_PROFILE_ID", "WSL_DISTRO_NAME"),
    *("WEZTERM_PANE", "WEZTERM_EXECUTABLE", "WEZTERM_UNIX_SOCKET"),
    *("KITTY_WINDOW_ID", "KITTY_PID", "KITTY_LISTEN_ON"),
    *("GHOSTTY_RESOURCES_DIR", "ALACRITTY_WINDOW_ID", "ALACRITTY_SOCKET", "KONSOLE_VERSION"),
    *("GNOME_TERMINAL_SCREEN", "GNOME_TERMINAL_SERVICE", "VTE_VERSION", "XTERM_VERSION"),
    *("TERM", "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "DBUS_SESSION_BUS_ADDRESS"),
)
"""Variables by which a terminal is known and reached. A multiplexer keeps those of the terminal
that it was started from, and not those of the one that shows us now."""


def _has(*names: str) -> Callable[[Mapping[str, str]], bool]:
    return lambda env: any(env.get(name) for name in names)


def _is_program(*values: str) -> Callable[[Mapping[str, str]], bool]:
    return lambda env: env.get("TERM_PROGRAM") in values


def _term_is(prefix: str) -> Callable[[Mapping[str, str]], bool]:
    return lambda env: env.get("TERM", "").startswith(prefix)


def applescript_string(text: str) -> str:
    """Quote a text as an AppleScript string, which has two escapes for printable characters."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _shell_line(request: Request) -> str:
    """A shell line for emulators that type it into the user's shell."""
    return f"cd {shlex.quote(request.directory)} && exec {shlex.join(request.argv)}"


def _iterm(request: Request) -> list[str]:
    # `command` would be split at spaces by rules of its own: one word for sh is not
    line = f"/bin/sh -c {shlex.quote(_shell_line(request))}"
    command = f"with default profile command {applescript_string(line)}"
    place = request.one_of(
        "tell current window to create tab",
        "create window",
        "tell current session of current window to split vertically",
    )
    script = (
        'tell application "iTerm2"',
        "if (count of windows) is 0 then",
        f"create window {command}",
        "else",
        f"{place} {command}",
        "end if",
        "activate",
        "end tell",
    )
    return ["osascript", *(word for line in script for word in ("-e", line))]


def _apple_terminal(request: Request) -> list[str]:
    script = (
        'tell application "Terminal"',
        f"do script {applescript_string(_shell_line(request))}",
        "activate",
        "end tell",
    )
    return ["osascript", *(word for line in script for word in ("-e", line))]


def _windows_terminal(request: Request) -> list[str]:
    # wt splits its command line at `;`, also inside a word
    inner = ["wsl.exe"]
    if distribution := request.env.get("WSL_DISTRO_NAME"):
        inner += ["-d", distribution]
    inner += ["--cd", request.directory, "--exec", *request.argv]
    escaped = [word.replace(";", "\\;") for word in [request.title, *inner]]
    window = request.one_of("0", "-1", "0")
    verb = request.one_of("new-tab", "new-tab", "split-pane")
    return ["wt.exe", "-w", window, verb, "--title", *escaped]


def _kitty(request: Request) -> list[str]:
    place = ["--title", request.title, "--directory", request.directory]
    if request.env.get("KITTY_LISTEN_ON") and shutil.which("kitten", path=request.env.get("PATH")):
        # into the running kitty, where the user allowed remote control
        kind = request.one_of("tab", "os-window", "window")
        named = f"--tab-title={request.title}" if kind == "tab" else f"--title={request.title}"
        where = [f"--type={kind}", named, f"--cwd={request.directory}"]
        return ["kitten", "@", "launch", *where, "--", *request.argv]
    return ["kitty", *place, "--", *request.argv]


def _wezterm(request: Request) -> list[str]:
    verb = ["start"]
    if request.env.get("WEZTERM_PANE"):
        verb = ["cli", *request.one_of("spawn", "spawn --new-window", "split-pane").split()]
    return ["wezterm", *verb, "--cwd", request.directory, "--", *request.argv]


def _alacritty(request: Request) -> list[str]:
    place = ["--title", request.title, "--working-directory", request.directory]
    return ["alacritty", *place, "-e", *request.argv]


def _gnome(request: Request) -> list[str]:
    place = [f"--title={request.title}", f"--working-directory={request.directory}"]
    kind = request.one_of("--tab", "--window", "--tab")
    return ["gnome-terminal", kind, *place, "--", *request.argv]


def _konsole(request: Request) -> list[str]:
    place = ["--workdir", request.directory, "-p", f"tabtitle={request.title}"]
    tab = request.one_of("--new-tab", "", "--new-tab")
    return ["konsole", *([tab] if tab else []), *place, "-e", *request.argv]


def _foot(request: Request) -> list[str]:
    place = [f"--title={request.title}", f"--working-directory={request.directory}"]
    return ["foot", *place, "--", *request.argv]


def _ghostty(request: Request) -> list[str]:
    place = [f"--title={request.title}", f"--working-directory={request.directory}"]
    return ["ghostty", *place, "-e", *request.argv]


def _xterm(request: Request) -> list[str]:
    # it has no option for a directory
    there = ["sh", "-c", 'cd -- "$1"; shift; exec "$@"', "sh", request.directory]
    return ["xterm", "-T", request.title, "-e", *there, *request.argv]


EMULATORS: Final = (
    Emulator("iTerm2", "osascript", _is_program("iTerm.app"), _iterm),
    Emulator("Terminal", "osascript", _is_program("Apple_Terminal"), _apple_terminal),
    Emulator("Windows Terminal", "wt.exe", _has("WT_SESSION"), _windows_terminal),
    Emulator("WezTerm", "wezterm", _has("WEZTERM_PANE", "WEZTERM_EXECUTABLE"), _wezterm),
    Emulator("kitty", "kitty", _has("KITTY_WINDOW_ID", "KITTY_PID"), _kitty),
    Emulator("Ghostty", "ghostty", _has("GHOSTTY_RESOURCES_DIR"), _ghostty),
    Emulator("Alacritty", "alacritty", _has("ALACRITTY_WINDOW_ID"), _alacritty),
    Emulator("foot", "foot", _term_is("foot"), _foot),
    Emulator("Konsole", "konsole", _has("KONSOLE_VERSION"), _konsole),
    # any other terminal made with VTE sets VTE_VERSION too, and can be told to start this one
    Emulator(
        "GNOME Terminal",
        "gnome-terminal",
        _has("GNOME_TERMINAL_SCREEN", "GNOME_TERMINAL_SERVICE", "VTE_VERSION"),
        _gnome,
    ),
    Emulator("xterm", "xterm", _has("XTERM_VERSION"), _xterm),
)
"""In the order of asking: the most particular sign first."""
