"""Which terminal is chosen, what it is told, and that it is really started."""

from __future__ import annotations

import json
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from parallel_tui.adapters.terminals import DesktopTerminals
from parallel_tui.adapters.terminals.emulators import EMULATORS, applescript_string
from parallel_tui.errors import ConfigError, RefusedError
from tests.support.waiting import eventually

HOSTILE = ("tmux", "-S", "/run/a b", "attach", "-t", "$1:@2\"; rm -rf ~ #(x) `id` \\ 'q'")
SIGNS: dict[str, dict[str, str]] = {
    "iTerm2": {"TERM_PROGRAM": "iTerm.app"},
    "Terminal": {"TERM_PROGRAM": "Apple_Terminal"},
    "Windows Terminal": {"WT_SESSION": "x", "WSL_DISTRO_NAME": "Debian"},
    "WezTerm": {"WEZTERM_PANE": "0"},
    "kitty": {"KITTY_WINDOW_ID": "1"},
    "Ghostty": {"GHOSTTY_RESOURCES_DIR": "/x"},
    "Alacritty": {"ALACRITTY_WINDOW_ID": "1"},
    "foot": {"TERM": "foot-extra"},
    "Konsole": {"KONSOLE_VERSION": "220401"},
    "GNOME Terminal": {"GNOME_TERMINAL_SCREEN": "/org/x"},
    "xterm": {"XTERM_VERSION": "XTerm(379)"},
}
RECORDER = """#!/usr/bin/env python3
import json, os, sys
seen = {"argv": sys.argv[1:], "cwd": os.getcwd(), "sid": os.getsid(0) == os.getpid(),
        "tmux": os.environ.get("TMUX")}
with open(os.environ["RECORD"] + ".new", "w") as file:
    json.dump(seen, file)
os.rename(os.environ["RECORD"] + ".new", os.environ["RECORD"])
sys.exit(int(os.environ.get("STATUS", "0")))
"""


@pytest.fixture
def bin_dir(tmp_path: Path) -> Path:
    """A PATH with every known terminal on it, each a program that records how it was called."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for program in {emulator.program for emulator in EMULATORS} | {"kitten", "my-term"}:
        (folder / program).write_text(RECORDER)
        (folder / program).chmod(0o755)
    return folder


def terminals(
    bin_dir: Path, env: Mapping[str, str], template: str | None = None
) -> DesktopTerminals:
    """Terminals of a desktop with these variables."""
    whole = {"PATH": f"{bin_dir}:/usr/bin:/bin", "RECORD": str(bin_dir / "record.json"), **env}
    return DesktopTerminals(template, whole)


@pytest.mark.parametrize("name", [emulator.name for emulator in EMULATORS])
def test_each_terminal_is_recognised_and_gets_the_command_unharmed(
    bin_dir: Path, name: str, tmp_path: Path
) -> None:
    found, command = terminals(bin_dir, SIGNS[name]).command(
        HOSTILE, title="-auth", directory=str(tmp_path)
    )
    assert found == name
    if name in ("iTerm2", "Terminal"):
        script = "\n".join(command[2::2])
        line = shlex.join(HOSTILE)
        if name == "iTerm2":
            line = shlex.quote(f"cd {shlex.quote(str(tmp_path))} && exec {line}")
        assert applescript_string(line)[1:-1] in script
        assert script.endswith("end tell")
    elif name == "Windows Terminal":
        assert [word.replace("\\;", ";") for word in command][-len(HOSTILE) :] == list(HOSTILE)
        assert not any(";" in word.replace("\\;", "") for word in command)
    else:
        assert command[-len(HOSTILE) :] == HOSTILE
        assert not any(word == "-auth" for word in command)


def test_a_running_kitty_that_allows_it_gets_a_tab(bin_dir: Path) -> None:
    env = {**SIGNS["kitty"], "KITTY_LISTEN_ON": "unix:/run/k"}
    _, command = terminals(bin_dir, env).command(HOSTILE, title="auth", directory="/")
    assert command[:4] == ("kitten", "@", "launch", "--type=tab")


IN_PLACES = {
    ("iTerm2", "tab"): "tell current window to create tab with default profile command",
    ("iTerm2", "window"): "create window with default profile command",
    ("iTerm2", "split"): "tell current session of current window to split vertically with",
    ("Windows Terminal", "tab"): "wt.exe -w 0 new-tab --title auth wsl.exe -d Debian --cd /r",
    ("Windows Terminal", "window"): "wt.exe -w -1 new-tab --title auth wsl.exe -d Debian",
    ("Windows Terminal", "split"): "wt.exe -w 0 split-pane --title auth wsl.exe -d Debian",
    ("WezTerm", "tab"): "wezterm cli spawn --cwd /r -- ls -l",
    ("WezTerm", "window"): "wezterm cli spawn --new-window --cwd /r -- ls -l",
    ("WezTerm", "split"): "wezterm cli split-pane --cwd /r -- ls -l",
    ("kitty", "tab"): "kitten @ launch --type=tab --tab-title=auth --cwd=/r -- ls -l",
    ("kitty", "window"): "kitten @ launch --type=os-window --title=auth --cwd=/r -- ls -l",
    ("kitty", "split"): "kitten @ launch --type=window --title=auth --cwd=/r -- ls -l",
    ("GNOME Terminal", "tab"): "gnome-terminal --tab --title=auth --working-directory=/r -- ls",
    ("GNOME Terminal", "window"): "gnome-terminal --window --title=auth",
    ("Konsole", "window"): "konsole --workdir /r -p tabtitle=auth -e ls -l",
    ("Konsole", "split"): "konsole --new-tab --workdir /r",
    ("Ghostty", "tab"): "ghostty --title=auth --working-directory=/r -e ls -l",
    ("foot", "split"): "foot --title=auth --working-directory=/r -- ls -l",
}
"""How each is told where; what begins or holds its command line, word by word."""


@pytest.mark.parametrize(("name", "place"), IN_PLACES)
def test_a_tab_a_window_or_a_split_where_the_emulator_offers_it(
    bin_dir: Path, name: str, place: str
) -> None:
    env = {**SIGNS[name], "PATH": str(bin_dir), "KITTY_LISTEN_ON": "unix:/run/k"}
    made = DesktopTerminals(None, env, place=place)
    found, command = made.command(["ls", "-l"], title="auth", directory="/r")
    assert found == name
    assert IN_PLACES[name, place] in " ".join(command)


def test_inside_a_multiplexer_the_terminal_that_shows_it_counts(bin_dir: Path) -> None:
    inside = {"PATH": str(bin_dir), "KITTY_WINDOW_ID": "1", "TERM_PROGRAM": "tmux", "X": "1"}
    shown = {"WEZTERM_PANE": "3", "PATH": "/nowhere", "TERM": "xterm"}
    assert DesktopTerminals(None, inside).command(["ls"], title="t", directory="/")[0] == "kitty"
    made = DesktopTerminals(None, inside, around=lambda: shown)
    assert made.command(["ls"], title="t", directory="/")[0] == "WezTerm"
    # Somebody who looks at it from another machine has no desktop here.
    far = DesktopTerminals(None, inside, around=lambda: {"TERM": "xterm", "SSH_TTY": "/dev/pts/1"})
    with pytest.raises(RefusedError, match="No terminal emulator"):
        far.command(["ls"], title="t", directory="/")


def test_applescript_strings_end_where_they_should() -> None:
    assert applescript_string('a"b\\c') == '"a\\"b\\\\c"'


def test_it_is_started_detached_in_nobodys_directory_and_without_our_tmux(
    bin_dir: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "a b;$(touch x)"
    folder.mkdir()
    env = {**SIGNS["Alacritty"], "TMUX": "/run/x,1,0", "TMUX_PANE": "%1"}
    assert terminals(bin_dir, env).open(HOSTILE, title="auth", directory=str(folder)) == "Alacritty"
    record = bin_dir / "record.json"
    eventually(record.exists, what="the terminal was started")
    seen = json.loads(record.read_text())
    assert seen["argv"][-len(HOSTILE) :] == list(HOSTILE)
    assert seen["cwd"] == "/", "a terminal keeps the directory it began in"
    assert seen["sid"]
    assert seen["tmux"] is None


def test_a_terminal_that_fails_at_once_is_told(bin_dir: Path) -> None:
    with pytest.raises(RefusedError, match=r"kitty ended at once with status 3") as caught:
        terminals(bin_dir, {**SIGNS["kitty"], "STATUS": "3"}).open(
            ["true"], title="x", directory="/"
        )
    assert "terminal" in caught.value.hint


def test_a_terminal_that_stays_open_is_not_waited_for(bin_dir: Path, tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    (bin_dir / "my-term").write_text(f"#!/bin/sh\necho $$ >{pid}\nexec sleep 30\n")
    opened = terminals(bin_dir, {}, "my-term {argv}").open(["true"], title="x", directory="/")
    assert opened == "my-term"
    number = int(eventually(lambda: pid.exists() and pid.read_text().strip()))
    subprocess.run(["kill", str(number)], check=True)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("my-term -e {argv}", ["-e", "ls", "a b"]),
        (
            "my-term --title={title} sh -c 'exec {argv}'",
            ["--title=T t", "sh", "-c", "exec ls 'a b'"],
        ),
        ("my-term -d {directory} -- {argv} end", ["-d", "/", "--", "ls", "a b", "end"]),
    ],
)
def test_a_template_is_filled_in_without_a_shell(
    bin_dir: Path, template: str, expected: list[str]
) -> None:
    _, command = terminals(bin_dir, {}, template).command(["ls", "a b"], title="T t", directory="/")
    assert list(command[1:]) == expected


@pytest.mark.parametrize("template", ["my-term -e", "my-term 'half", "{argv}"])
def test_a_template_that_cannot_be_used_says_why(bin_dir: Path, template: str) -> None:
    with pytest.raises(ConfigError, match="template"):
        terminals(bin_dir, {}, template).command(["ls"], title="t", directory="/")


def test_a_template_of_a_missing_program_names_it(bin_dir: Path) -> None:
    with pytest.raises(RefusedError, match="no-such-terminal"):
        terminals(bin_dir, {}, "no-such-terminal -e {argv}").open(["ls"], title="t", directory="/")


def test_without_any_sign_the_desktops_own_is_used_and_without_a_desktop_none(
    bin_dir: Path,
) -> None:
    env = {"DISPLAY": ":0", "TERMINAL": "my-term"}
    assert terminals(bin_dir, env).command(["ls"], title="t", directory="/") == (
        "my-term",
        ("my-term", "-e", "ls"),
    )
    with pytest.raises(RefusedError, match="No terminal emulator") as caught:
        terminals(bin_dir, {"TERMINAL": "my-term"}).command(["ls"], title="t", directory="/")
    assert "{argv}" in caught.value.hint
