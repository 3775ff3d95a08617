"""Drives real Claude Code sessions in tmux windows, and reads what they say of themselves."""

from __future__ import annotations

import json
import os
import shlex
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from tests.agents.driver.service import Service
from tests.agents.driver.timeline import Timeline, timeline
from tests.support.waiting import Deadline, eventually
from tests.support.world import World

KEY = "sk-ant-api03-of-the-tests-only-and-good-for-nothing"
SETTINGS = {
    # The program's own default asks a model for consent, and a dialog offers it.
    "permissions": {"defaultMode": "default", "disableAutoMode": "disable"},
}


@dataclass(frozen=True)
class Seen:
    """A state of a session, and when it began.

    Attributes:
        at: Seconds since 1970, by the file's own time of change; plays no part in `==`.
        status: As in the file; empty for a file that is gone.
        waiting: What it waits for; empty when it does not.
    """

    at: float = field(compare=False)
    status: str
    waiting: str = ""

    @property
    def state(self) -> tuple[str, str]:
        """Without the time."""
        return self.status, self.waiting


class Home:
    """A home for agents: their settings, with the questions of a first start answered.

    Args:
        world: Whose home and worktrees it is about.
        service: The model's.
        program: Claude Code itself.
    """

    def __init__(self, world: World, service: Service, program: Path) -> None:
        self.world = world
        self.service = service
        self.program = program
        self.folder = Path(world.env["HOME"]) / ".claude"
        self._ours: list[psutil.Process] = []

    @property
    def env(self) -> dict[str, str]:
        """What a session needs to be told beside the world's environment."""
        path = f"{self.world.root / 'bin'}{os.pathsep}{self.world.env['PATH']}"
        return {
            "PATH": path,
            "TMPDIR": str(self.world.root / "tmp"),
            "CLAUDE_CODE_TMPDIR": str(self.world.root / "tmp"),
            "CLAUDE_CONFIG_DIR": str(self.folder),
            "ANTHROPIC_BASE_URL": self.service.url,
            "ANTHROPIC_API_KEY": KEY,
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
            "DISABLE_AUTOUPDATER": "1",
            "DISABLE_TELEMETRY": "1",
            "DISABLE_ERROR_REPORTING": "1",
        }

    def answer_first_questions(self, *, trusts: bool = True) -> None:
        """Write settings in which the theme, the key and the trust in the repository are decided.

        Args:
            trusts: Whether the person has said so of the repository.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.world.root / "tmp").mkdir(exist_ok=True)
        own = self.world.root / "bin"
        if not own.exists():
            own.mkdir()
            (own / "claude").symlink_to(self.program)
        told = {
            "hasCompletedOnboarding": True,
            "lastOnboardingVersion": "9.0.0",
            "theme": "dark",
            "autoUpdates": False,
            "customApiKeyResponses": {"approved": [KEY[-20:]], "rejected": []},
            "projects": {
                str(path): {"hasTrustDialogAccepted": True, "hasCompletedProjectOnboarding": True}
                for path in ([self.world.repo] if trusts else [])
            },
        }
        (self.folder / ".claude.json").write_text(json.dumps(told))
        (self.folder / "settings.json").write_text(json.dumps(SETTINGS))

    def records(self) -> list[dict[str, Any]]:
        """Every readable `sessions/<pid>.json`, with `mtime` in seconds since 1970."""
        found = []
        for path in sorted((self.folder / "sessions").glob("*.json")):
            try:
                record = json.loads(path.read_text())
                found.append({**record, "mtime": path.stat().st_mtime_ns / 1e9})
            except (OSError, ValueError):  # gone, or half written: the next look tells
                continue
        return found

    def start(
        self,
        name: str,
        cwd: Path,
        *args: str,
        env: Mapping[str, str] | None = None,
        stays: bool = False,
    ) -> Agent:
        """Start Claude Code in a window of its own, and wait until it is at rest.

        Args:
            name: Of the window and of Claude's session.
            cwd: Where.
            args: More arguments.
            env: More variables.
            stays: Whether a shell comes after it, which keeps the window open.
        """
        line = self.line("-n", name, *args, env=env)
        window = self.world.window(name, cwd, f"{line}; exec sh" if stays else f"exec {line}")
        agent = self.adopt(window)
        agent.until("idle")
        return agent

    def line(self, *args: str, env: Mapping[str, str] | None = None) -> str:
        """The command line that starts it."""
        given = {**self.env, **(env or {})}
        variables = (f"{key}={value}" for key, value in given.items())
        return shlex.join(["env", *variables, str(self.program), *args])

    def adopt(self, window: str) -> Agent:
        """Find the session that runs in a window, however it was started."""
        pane = self.world.tmux("display-message", "-p", "-t", window, "#{pane_id} #{pane_pid}")
        name, pid = pane.split()

        def found() -> list[dict[str, Any]]:
            below = set(_tree(int(pid)))
            return [each for each in self.records() if each["pid"] in below]

        record = eventually(found, what=f"a session in {window}")[0]
        agent = Agent(self, window, name, record["pid"], record["sessionId"])
        with suppress(psutil.NoSuchProcess):  # it ended already
            self._ours.append(psutil.Process(agent.pid))
        return agent

    def close(self) -> None:
        """End what was started here and still runs, and wait until it is gone."""
        found = list(self._ours)
        for process in self._ours:
            with suppress(psutil.NoSuchProcess):
                found += process.children(recursive=True)  # a shell that it left running
        for process in found:
            with suppress(psutil.NoSuchProcess):
                process.kill()  # psutil looks whether the number has another process by now
        # Until the multiplexer has taken note, which it may forget, its remains stay.
        eventually(lambda: not any(_lives(each) for each in found))


@dataclass
class Agent:
    """One running Claude Code.

    Attributes:
        home: Where it lives.
        window: The tmux id of its window.
        pane: The tmux id of its pane.
        pid: Its process.
        conversation: The id that its conversation had when it was found.
    """

    home: Home
    window: str
    pane: str
    pid: int
    conversation: str

    @property
    def file(self) -> Path:
        """The file in which it says what it does."""
        return self.home.folder / "sessions" / f"{self.pid}.json"

    def now(self) -> Seen:
        """Its state as the file has it at this moment."""
        for record in self.home.records():
            if record["pid"] == self.pid:
                return Seen(record["mtime"], record.get("status", ""), record.get("waitingFor", ""))
        return Seen(time.time(), "")

    def until(self, status: str, waiting: str = "") -> Seen:
        """Wait until the file says so."""

        def seen() -> Seen | None:
            now = self.now()
            return now if now.status == status and waiting in now.waiting else None

        try:
            found = eventually(seen, what=f"{status} {waiting}")
        except AssertionError as fault:
            raise AssertionError(f"{fault}; {self.now()}; the screen:\n{self.screen()}") from None
        assert found is not None
        return found

    def screen(self) -> str:
        """What its window shows."""
        return self.home.world.tmux("capture-pane", "-p", "-t", self.pane, check=False)

    def shows(self, text: str) -> str:
        """Wait until its window shows a text, and return the screen."""
        return eventually(
            lambda: next((each for each in [self.screen()] if text in each), ""),
            what=f"{text!r} in:\n{self.screen()}",
        )

    def keys(self, *keys: str) -> None:
        """Press keys, by tmux's names."""
        self.home.world.tmux("send-keys", "-t", self.pane, *keys)

    def ask(self, text: str) -> None:
        """Type a prompt of one short line, look that it stands there, and send it."""
        self.home.world.tmux("send-keys", "-t", self.pane, "-l", "--", text)
        self.shows(text)
        self.keys("Enter")

    def answer(self, key: str) -> None:
        """Press a key in a dialog until it counts: a dialog ignores keys in its first moment."""
        self.until("waiting")
        late = Deadline()
        while self.now().status == "waiting":
            assert not late, self.screen()
            self.keys(key)
            with suppress(AssertionError):
                eventually(lambda: self.now().status != "waiting", within=1.0)

    def watched(self) -> AbstractContextManager[Timeline[Seen]]:
        """What it does and what it waits for during the block, however short."""
        return timeline(self.now)

    def alive(self) -> bool:
        """Whether the process runs."""
        try:
            return _lives(psutil.Process(self.pid))
        except psutil.NoSuchProcess:
            return False

    def kill(self, signal: int = 9) -> None:
        """End the process, and wait until it is gone."""
        os.kill(self.pid, signal)
        eventually(lambda: not self.alive(), what=f"{self.pid} is gone")


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _tree(pid: int) -> list[int]:
    try:
        process = psutil.Process(pid)
        return [pid, *(each.pid for each in process.children(recursive=True))]
    except psutil.Error:
        return []
