"""Starting and ending the real program on a real terminal, whatever way it ends."""

from __future__ import annotations

import fcntl
import os
import select
import signal
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from tests.support.hanging_git import HangingGit
from tests.support.waiting import PATIENCE, eventually
from tests.support.world import World

LAUNCH = ["-m", "parallel_tui"]

CRASHING = """
import sys
from parallel_tui.ui.dashboard.screen import Dashboard
def broken(self):
    raise LookupError("a fault of ours")
Dashboard.zoom = broken
from parallel_tui.ui.start.launch import main
sys.exit(main())
"""


class Terminal:
    """A program on a terminal of its own, which remembers everything printed."""

    def __init__(self, args: Sequence[str], cwd: Path, size: tuple[int, int]) -> None:
        self.master, slave = os.openpty()
        columns, rows = size
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.before = termios.tcgetattr(slave)
        self.slave = slave
        self.process = subprocess.Popen(
            [sys.executable, *args],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=cwd,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        self.printed = ""
        self.leaving = False
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        with suppress(OSError):
            while not self.leaving:
                if select.select([self.master], [], [], 0.05)[0]:
                    self.printed += os.read(self.master, 65536).decode(errors="replace")

    def shows(self, text: str) -> None:
        """Wait until something was printed."""
        eventually(lambda: text in self.printed, what=f"{text!r} on the terminal")

    def press(self, keys: str) -> None:
        """Type."""
        os.write(self.master, keys.encode())

    def status(self) -> int:
        """Wait for the end."""
        status = self.process.wait(PATIENCE)
        eventually(lambda: self.process.poll() is not None)
        return status

    def hang_up(self) -> None:
        """Take the terminal away, as closing its window does."""
        self._close("slave")
        # A reader in the middle of a read would keep it open; closing the last one is the hang-up.
        self._leave()
        self._close("master")

    def close(self) -> None:
        """End the program if it still runs, and let go of the terminal."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        # One that reads on would take what the next user of this number is sent.
        self._leave()
        self._close("slave")
        self._close("master")

    def _leave(self) -> None:
        self.leaving = True
        self.reader.join()

    def _close(self, which: str) -> None:
        file = getattr(self, which)
        setattr(self, which, -1)
        if file >= 0:
            os.close(file)


@contextmanager
def terminal(
    args: Sequence[str], cwd: Path, size: tuple[int, int] = (120, 40)
) -> Iterator[Terminal]:
    """A program on a terminal; killed at the end if it still runs."""
    made = Terminal(args, cwd, size)
    try:
        yield made
    finally:
        made.close()


def _family(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children(recursive=True)


def _all_gone(processes: Sequence[psutil.Process]) -> None:
    eventually(lambda: not any(one.is_running() for one in processes), what="no process left")


def test_without_a_terminal_it_refuses(world: World) -> None:
    done = subprocess.run(
        [sys.executable, *LAUNCH], cwd=world.repo, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "needs a terminal" in done.stderr
    assert done.stdout == ""


def test_outside_a_repository_it_says_so_on_a_clean_terminal(tmp_path: Path) -> None:
    with terminal(LAUNCH, tmp_path) as term:
        assert term.status() == 2
        term.shows("pdev-tui: ")
        assert "git repository" in term.printed
        assert "\x1b" not in term.printed
        assert "Traceback" not in term.printed


def test_the_list_needs_neither_textual_nor_gitpython(world: World) -> None:
    world.worktree("auth")
    code = (
        "import sys\n"
        "from parallel_tui.ui.start import launch, splash\n"
        "from parallel_tui.adapters.git.repo.locate import locate\n"
        "shown = splash.splash(locate('.'), 80, 24)\n"
        "print([line.split()[0] for line in shown.splitlines()[1:]])\n"
        "slow = {'textual', 'rich', 'git', 'libtmux', 'yaml', 'psutil', 'dataclasses', 'inspect'}\n"
        "print(sorted(slow & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=world.repo, capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines() == ["['main', 'auth']", "[]"], done


@pytest.mark.tmux
def test_q_leaves_a_terminal_as_it_was_and_no_process(world: World) -> None:
    world.worktree("auth")
    with terminal(LAUNCH, world.repo) as term:
        term.shows("feature/auth")
        term.shows("edits: live")
        family = _family(term.process.pid)
        term.press("q")
        assert term.status() == 0
        assert termios.tcgetattr(term.slave) == term.before
        eventually(lambda: term.printed.rfind("\x1b[?1049l") > term.printed.rfind("\x1b[?1049h"))
        _all_gone(family)


@pytest.mark.tmux
def test_a_git_that_hangs_does_not_outlive_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    git = HangingGit(world.root / "hanging", os.environ["PATH"])
    monkeypatch.setenv("PATH", git.path)
    with terminal(LAUNCH, world.repo) as term:
        term.shows("Sessions")
        eventually(git.hanging, what="git hangs")
        eventually(lambda: "Enter" in term.printed, what="the dashboard is ready")
        term.press("q")
        assert term.status() == 0
    eventually(lambda: not git.hanging(), what="git has ended, too")


@pytest.mark.tmux
def test_it_ends_with_its_terminal_and_leaves_no_process(world: World) -> None:
    with terminal(LAUNCH, world.repo) as term:
        term.shows("edits: live")
        family = _family(term.process.pid)
        term.hang_up()
        assert term.status() != 0
        _all_gone(family)


@pytest.mark.tmux
def test_it_notices_a_dead_terminal_even_without_the_signal(world: World) -> None:
    # `nohup` and some supervisors ignore SIGHUP; reading from a dead terminal must not spin.
    code = (
        "import signal, runpy, sys; from parallel_tui.ui import app\n"
        "app.signal.SIGHUP = signal.SIGUSR2\n"
        "signal.signal(1, signal.SIG_IGN)\n"
        "from parallel_tui.ui.start.launch import main; sys.exit(main())"
    )
    with terminal(["-c", code], world.repo) as term:
        term.shows("edits: live")
        family = _family(term.process.pid)
        term.hang_up()
        assert term.status() != 0
        _all_gone(family)


@pytest.mark.tmux
def test_one_that_was_stopped_and_goes_on_ends_with_q(world: World) -> None:
    with terminal(LAUNCH, world.repo) as term:
        term.shows("edits: live")
        begun = term.printed.count("\x1b[?1049h")
        term.press("\x1a")
        process = psutil.Process(term.process.pid)
        eventually(lambda: process.status() == psutil.STATUS_STOPPED, what="stopped")
        process.resume()
        eventually(lambda: term.printed.count("\x1b[?1049h") > begun, what="its screen again")
        term.press("q")
        assert term.status() == 0


@pytest.mark.tmux
def test_sigterm_ends_it_cleanly(world: World) -> None:
    with terminal(LAUNCH, world.repo) as term:
        term.shows("edits: live")
        family = _family(term.process.pid)
        term.process.send_signal(signal.SIGTERM)
        assert term.status() == 128 + signal.SIGTERM
        assert termios.tcgetattr(term.slave) == term.before
        _all_gone(family)


@pytest.mark.tmux
def test_what_is_typed_before_the_dashboard_goes_where_it_was_meant_to(world: World) -> None:
    world.worktree("auth")
    with terminal(LAUNCH, world.repo) as term:
        term.shows("\x1b[?1049h")
        term.press("/zzz")
        term.shows("No session matches")
        term.shows("zzz")


def test_sigterm_before_the_dashboard_leaves_the_screen_of_the_list(world: World) -> None:
    with terminal(LAUNCH, world.repo) as term:
        term.shows("\x1b[?1049h")
        term.process.send_signal(signal.SIGTERM)
        assert term.status() == 128 + signal.SIGTERM
        term.shows("\x1b[?1049l\x1b[?25h")
        assert termios.tcgetattr(term.slave) == term.before


@pytest.mark.tmux
def test_a_fault_of_ours_restores_the_terminal_and_keeps_the_details(
    world: World, isolated: dict[str, str]
) -> None:
    with terminal(["-c", CRASHING], world.repo) as term:
        term.shows("edits: live")
        family = _family(term.process.pid)
        term.press("z")
        assert term.status() == 70
        term.shows("a fault of ours")
        assert termios.tcgetattr(term.slave) == term.before
        assert "Traceback" not in term.printed
        (report,) = Path(isolated["XDG_STATE_HOME"], "pdev").glob("crash-*.txt")
        assert "LookupError: a fault of ours" in report.read_text()
        assert str(report) in term.printed.replace("\r\n", "")
        _all_gone(family)
