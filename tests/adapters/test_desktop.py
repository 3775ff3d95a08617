"""Notifications on the desktop: by a program, by the terminal, by the library."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallel_tui.adapters.desktop import DesktopNotifications, library, program
from parallel_tui.model.settings.notify import DesktopWay
from parallel_tui.model.text import osc

ODD = "-x [b]a[/b] #{q} $(touch p) `id` 'q' \"d\" <i>&amp; \\n ✖ \x1b]0;t\x07"

STAND_IN = """#!/bin/sh
for word in "$@"; do printf '%s\\0' "$word"; done >> "$0.said"
exit {status}
"""


def stand_in(folder: Path, name: str, status: int = 0) -> Path:
    """A program of that name which writes down what it was given."""
    folder.mkdir(exist_ok=True)
    made = folder / name
    made.write_text(STAND_IN.format(status=status), encoding="utf-8")
    made.chmod(made.stat().st_mode | stat.S_IXUSR)
    return folder / f"{name}.said"


def words(said: Path) -> list[str]:
    """What a stand-in was given."""
    return said.read_text(encoding="utf-8").split("\0")[:-1] if said.exists() else []


def env(folder: Path, **more: str) -> Mapping[str, str]:
    """An environment with a folder of programs."""
    return {"PATH": f"{folder}:/usr/bin:/bin", "HOME": str(folder), "TERM": "xterm", **more}


def desktop(way: DesktopWay, env: Mapping[str, str]) -> DesktopNotifications:
    """The desktop of that environment."""
    return DesktopNotifications(way, env, lambda sequence, shown: sequence if shown else "")


@pytest.fixture(autouse=True)
def no_bus(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The library finds no desktop, whatever runs on this machine."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/nothing")


def test_a_program_gets_words_and_no_shell(tmp_path: Path) -> None:
    said = stand_in(tmp_path / "bin", "notify-send")
    assert desktop(DesktopWay.PROGRAM, env(tmp_path / "bin")).tell("app", f"{ODD}\nsecond")
    dashes, title, text = words(said)[-3:]
    assert (dashes, title) == ("--", "app")
    assert text.startswith("-x [b]a[/b] #{q} $(touch p) `id` 'q' \"d\" ‹i›＆amp; \\\\n ✖ ")
    assert text.endswith("\nsecond")
    assert "\x1b" not in text
    assert not (tmp_path / "p").exists()


def test_the_program_of_macos_gets_words_beside_its_script(tmp_path: Path) -> None:
    said = stand_in(tmp_path / "bin", "osascript")
    where = {**env(tmp_path / "bin"), "PATH": str(tmp_path / "bin")}
    argv = program.command("-e x", '" & quit', where)
    assert argv is not None
    assert argv[-3:] == ("--", "-e x", '" & quit')
    assert not any("quit" in word for word in argv[:-1])
    assert not said.exists()


def test_a_text_of_any_length_is_cut(tmp_path: Path) -> None:
    said = stand_in(tmp_path / "bin", "notify-send")
    assert desktop(DesktopWay.PROGRAM, env(tmp_path / "bin")).tell("t" * 999, "x\n" * 5000)
    title, text = words(said)[-2:]
    assert (len(title), len(text)) == (60, 300)


def test_a_program_that_fails_is_left_alone_for_a_while_and_the_terminal_asked(
    tmp_path: Path,
) -> None:
    said = stand_in(tmp_path / "bin", "notify-send", status=1)
    found = desktop(DesktopWay.AUTO, env(tmp_path / "bin"))
    assert not found.tell("app", "one")
    assert not found.tell("app", "two")
    assert [word for word in words(said) if word in ("one", "two")] == ["one"]
    assert found.in_terminal("app", "two", shown=True) == "\x1b]777;notify;app;two\x07"


def test_who_came_from_another_machine_is_told_by_the_terminal(tmp_path: Path) -> None:
    said = stand_in(tmp_path / "bin", "notify-send")
    far = env(tmp_path / "bin", SSH_CONNECTION="1.2.3.4 5 6.7.8.9 22")
    assert not desktop(DesktopWay.AUTO, far).tell("app", "one")
    assert words(said) == []
    assert desktop(DesktopWay.AUTO, {**far, "DISPLAY": ":0"}).tell("app", "one")
    assert desktop(DesktopWay.PROGRAM, far).tell("app", "two")


def test_a_way_that_was_chosen_is_the_only_one(tmp_path: Path) -> None:
    said = stand_in(tmp_path / "bin", "notify-send")
    here = env(tmp_path / "bin")
    for way in (DesktopWay.TERMINAL, DesktopWay.OFF, DesktopWay.LIBRARY):
        assert not desktop(way, here).tell("app", "one")
    assert words(said) == []
    shown = {way: desktop(way, here).in_terminal("a", "b", shown=True) for way in DesktopWay}
    assert [way for way, sequence in shown.items() if sequence] == [
        DesktopWay.AUTO,
        DesktopWay.TERMINAL,
    ]


def test_each_terminal_gets_the_form_it_knows() -> None:
    assert osc.notification("a;b", "c;d\ne", {"TERM": "foot"}) == "\x1b]777;notify;a,b;c;d · e\x07"
    iterm = {"TERM": "xterm", "TERM_PROGRAM": "iTerm.app"}
    assert osc.notification("4", "1;x", iterm) == "\x1b]9;4: 1;x\x07"
    assert osc.notification("a", "b", {"TERM": "linux"}) == ""
    assert osc.notification("a", "b", {}) == ""


@given(st.text(), st.text(), st.sampled_from(["", "iTerm.app"]))
def test_no_text_leaves_its_sequence(title: str, text: str, program: str) -> None:
    made = osc.notification(title, text, {"TERM": "xterm", "TERM_PROGRAM": program})
    assert made.startswith("\x1b]")
    assert made.endswith("\x07")
    assert not any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 for char in made[1:-1])
    assert len(made) < 340


def test_the_library_says_when_there_is_no_desktop() -> None:
    pytest.importorskip("desktop_notifier")
    assert not library.tell("app", "one")


def test_programs_are_looked_for_where_the_user_has_them(tmp_path: Path) -> None:
    assert program.command("a", "b", {"PATH": str(tmp_path)}) is None
    assert not program.tell("a", "b", {"PATH": str(tmp_path), "HOME": os.devnull})
