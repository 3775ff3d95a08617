"""Typing a text into a pane of a real tmux."""

from __future__ import annotations

from pathlib import Path

import pytest

from parallel_tui.adapters.tmux.server import Tmux
from parallel_tui.errors import MuxError
from tests.adapters.tmux.conftest import Open, window_of
from tests.support.waiting import eventually
from tests.support.world import World

pytestmark = pytest.mark.tmux

HOSTILE = "-n #{pid} #(touch pwned) $(touch pwned) `x` ; [b] 'q' \"u\" %3 ünï 🚀 C-c Enter;"

ECHO = (
    "import sys, termios, tty; tty.setcbreak(0); attrs = termios.tcgetattr(0);"
    "attrs[0] &= ~termios.ICRNL; termios.tcsetattr(0, termios.TCSANOW, attrs);"
    "sys.stdout.write('{bracketed}ready' + chr(62) + ' '); sys.stdout.flush();"
    "out = open('got', 'wb', buffering=0)\n"
    "import os\n"
    "while True: out.write(os.read(0, 4096))"
)


def program(world: World, *, bracketed: bool) -> str:
    """A program that asks for pasted text as such, or not, and keeps what it is given."""
    text = ECHO.replace("{bracketed}", "\\033[?2004h" if bracketed else "")
    Path(world.repo, "echo.py").write_text(text)
    return "python3 echo.py"


def got(world: World) -> bytes:
    """What the program was given so far."""
    file = Path(world.repo, "got")
    return file.read_bytes() if file.exists() else b""


@pytest.mark.parametrize("text", ["go on", HOSTILE, "two\nlines\n\tindented"])
def test_a_text_arrives_as_one_paste_and_an_enter(
    world: World, tmux: Tmux, open_window: Open, text: str
) -> None:
    window = open_window("auth", command=program(world, bracketed=True))
    pane = window_of(tmux, window).active_pane
    eventually(lambda: tmux.pane_input(pane.id).screen.startswith("ready> "))
    seen = tmux.pane_input(pane.id)
    assert (seen.pid, seen.taken, seen.last_key) == (pane.pid, False, None)
    assert seen.cursor[0] == len("ready> ")
    assert tmux.type_into(pane.id, seen.pid, text)
    wanted = b"\x1b[200~" + text.encode() + b"\x1b[201~\r"
    eventually(lambda: got(world) == wanted)
    assert not list(world.root.rglob("pwned"))
    assert world.tmux("list-buffers") == "", "the buffer is gone"


def test_nothing_is_typed_into_another_program_or_while_its_user_scrolls(
    world: World, tmux: Tmux, open_window: Open
) -> None:
    window = open_window("auth", command=program(world, bracketed=False))
    pane = window_of(tmux, window).active_pane
    eventually(lambda: tmux.pane_input(pane.id).screen.startswith("ready> "))
    assert not tmux.type_into(pane.id, pane.pid + 1, "no")
    world.tmux("copy-mode", "-t", pane.id)
    assert tmux.pane_input(pane.id).taken
    assert not tmux.type_into(pane.id, pane.pid, "no")
    world.tmux("send-keys", "-t", pane.id, "-X", "cancel")
    assert tmux.type_into(pane.id, pane.pid, "yes")
    eventually(lambda: got(world) == b"yes\r")
    assert world.tmux("list-buffers") == ""


def test_a_pane_that_is_gone_is_an_error(world: World, tmux: Tmux, open_window: Open) -> None:
    open_window("auth", command="cat")
    assert not tmux.type_into("%999", 1, "no")
    assert world.tmux("list-buffers") == ""
    for pane in ("%999", "auth", "%1;kill-server"):
        with pytest.raises(MuxError):
            tmux.pane_input(pane)
    for pane in ("auth", "%1;kill-server", ""):
        with pytest.raises(MuxError):
            tmux.type_into(pane, 1, "no")
