"""Terminal emulators that really open, on a display that nobody sees."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from parallel_tui.adapters.terminals import DesktopTerminals
from tests.support.waiting import eventually

IN_CI = bool(os.environ.get("CI"))
ODD = ("--", "-e", "a b", "q'u\"o\\te", "$(touch pwned) `x` #(x) ; & %s", "ünï 🚀\nline", "")
TELLS = (
    "import json, os, sys; seen = {'argv': sys.argv[1:], 'cwd': os.getcwd(),"
    " 'tty': os.isatty(0)};"
    " open(os.environ['SEEN'] + '.new', 'w').write(json.dumps(seen));"
    " os.rename(os.environ['SEEN'] + '.new', os.environ['SEEN']); sys.stdin.read()"
)
SIGNS = {
    "xterm": {"XTERM_VERSION": "x"},
    "alacritty": {"ALACRITTY_WINDOW_ID": "1"},
    "kitty": {"KITTY_WINDOW_ID": "1"},
}
"""Emulators by program, and what makes each the one in use; the first is always there in CI."""


@pytest.fixture
def display(isolated: Mapping[str, str]) -> Iterator[str]:
    """A virtual display of its own."""
    if shutil.which("Xvfb") is None:
        assert not IN_CI, "Xvfb is not installed"
        pytest.skip("Xvfb is not installed")
    reads, writes = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writes), "-screen", "0", "800x600x24", "-nolisten", "tcp"],
        pass_fds=(writes,),
        stderr=subprocess.DEVNULL,
    )
    os.close(writes)
    try:
        with os.fdopen(reads) as told:
            yield f":{told.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


def windows(display: str) -> str:
    """All windows of a display, with their titles."""
    asked = ["xwininfo", "-display", display, "-root", "-tree"]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("program", SIGNS)
def test_it_opens_with_the_command_the_directory_and_the_title(
    program: str, display: str, isolated: Mapping[str, str], tmp_path: Path
) -> None:
    if shutil.which(program) is None:
        assert not (IN_CI and program == "xterm"), "xterm is not installed"
        pytest.skip(f"{program} is not installed")
    folder, seen = tmp_path / "a b;$(touch pwned)", tmp_path / "seen.json"
    folder.mkdir()
    env = {**isolated, **SIGNS[program], "DISPLAY": display, "SEEN": str(seen)}
    env |= {"LIBGL_ALWAYS_SOFTWARE": "1", "WINIT_UNIX_BACKEND": "x11"}
    argv = (sys.executable, "-c", TELLS, *ODD)
    DesktopTerminals(None, env).open(argv, title="auth [b] $(x)", directory=str(folder))
    eventually(seen.exists, what=f"{program} ran the command")
    told = json.loads(seen.read_text())
    assert told["argv"] == list(ODD)
    assert (told["cwd"], told["tty"]) == (str(folder), True)
    if shutil.which("xwininfo"):
        eventually(lambda: '"auth [b] $(x)"' in windows(display), what="its title arrived")
    assert not list(tmp_path.rglob("pwned"))
