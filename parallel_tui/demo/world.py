"""Build the demo: worktrees, windows and agents in a throwaway repository."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Final, NoReturn

from parallel_tui.bootstrap import Core, Overrides, open_core
from parallel_tui.demo import lodging, project, repository, texts
from parallel_tui.errors import MuxError
from parallel_tui.model.lifecycle.spawn import BranchSource, SpawnRequest
from parallel_tui.model.settings import agent_command
from parallel_tui.model.settings.config import Kind
from parallel_tui.model.settings.consent import ApprovedPane, ours
from parallel_tui.record import dataclass

AGENT: Final = Path(__file__).with_name("agent.py")


@dataclass(frozen=True, slots=True)
class Demo:
    """A finished demo.

    Attributes:
        repository: Directory of the main worktree.
        settings: Overrides that point the program at the world's own tmux server, and keep the
            user's own settings of commands and places out of it.
    """

    repository: str
    settings: dict[str, object]


@dataclass(frozen=True, slots=True)
class _Cast:
    """One session that the program itself starts.

    Attributes:
        name: Session name.
        kind: Gives the branch its prefix.
        branch: The prepared branch.
        script: What its agent plays.
    """

    name: str
    kind: Kind
    branch: str
    script: str


_CASTS: Final = (
    _Cast("auth", Kind.FEATURE, "feature/auth", "auth"),
    _Cast("checkout", Kind.FEATURE, "feature/checkout", "checkout"),
    _Cast("login-redirect", Kind.FIX, "fix/login-redirect", "redirect"),
    _Cast("orders-index", Kind.MIGRATION, "migration/orders-index", "migration"),
    _Cast("gift-cards", Kind.FEATURE, "feature/gift-cards", "limited"),
    _Cast("webhooks", Kind.FIX, "fix/webhooks", "failed"),
    _Cast("exports", Kind.FEATURE, "feature/exports", "crashed"),
)


def _hire(folder: Path) -> None:
    """Put a command `agent` into the folder, which shows under that name in the process table.

    And `pgbench`, which prints nothing for as long as the demo lives.
    """
    disguise, silent = folder / "bin" / "agent", folder / "bin" / "pgbench"
    disguise.parent.mkdir()
    for program in (disguise, silent):
        program.symlink_to(sys.executable)
    command = folder / "agent"
    words = shlex.join([str(disguise), "-I", "-S", str(AGENT)])
    command.write_text(f'#!/bin/sh\nexec {words} "$@"\n')
    command.chmod(0o755)


def _tells(main: Path) -> list[str]:
    return ["--tell", str(main / ".claude/pdev/agents")]


def _agent(main: Path, folder: Path, script: str, *options: str) -> str:
    """The shell line that starts a simulated agent."""
    return shlex.join([str(folder / "agent"), "--script", script, *_tells(main), *options])


def _settings(main: Path, folder: Path) -> dict[str, object]:
    command = shlex.join([str(folder / "agent"), *_tells(main)])
    return {
        "tmux.socket": str(lodging.socket_of(folder)),
        "tmux.session": None,
        "base": None,
        "directory": "../{repo}-{name}",
        "agent": f"{command} --task={{prompt}}",
        "setup": [],
        "copy": [".env"],
        "symlink": [],
        "layout": "single",
        "max_sessions": 16,
    }


def _write(folder: Path, path: str, text: str) -> None:
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)


def _dress(main: Path, name: str) -> None:
    """Make the uncommitted changes of a session."""
    home = main.parent / f"{main.name}-{name}"
    if name == "auth":
        _write(home, "api/auth/mail.py", texts.MAIL)
        _write(home, "web/src/pages/Login.tsx", "export function LoginPage() { return <Form /> }\n")
    elif name == "orders-index":
        _write(home, "db/version.txt", "16.6\n")
        _write(home, "docs/indexes.md", "# Indexes\n")
        repository.git(home, "add", "db/version.txt")


def _adopted(main: Path) -> None:
    """Create worktrees with plain git.

    A rebase that stopped at a conflict, a locked detached one, one whose work was squashed into
    main, one that only has to be brought up to date, one whose directory is gone.
    """
    search = repository.worktree(main, "search", "feature/search")
    repository.git(search, "rebase", "main", check=False)
    repository.worktree(main, "bisect", None)
    reason = "a benchmark runs here until Friday"
    repository.git(main, "worktree", "lock", "--reason", reason, f"{main}-bisect")
    for line in project.BY_HAND:
        repository.git(main, "branch", "--no-track", line.branch, f"main~{line.behind}")
        home = repository.worktree(main, line.branch.rpartition("/")[2], line.branch)
        for change in line.changes:
            for path, text in change.files.items():
                _write(home, path, text)
            repository.commit(home, change)
    shutil.rmtree(f"{main}-banner")


def _share(core: Core, folder: Path) -> None:
    """Let sessions lock, hand over and divide their work, through this program's own verbs."""
    backlog = folder / "backlog.md"
    backlog.write_text(texts.BACKLOG)
    core.shared.tasks.deal(backlog, ["auth", "checkout"])
    core.shared.tasks.tick(1, session="checkout")
    core.shared.locks.acquire(
        ["db/migrations/**"], session="orders-index", reason="the index is being built"
    )
    core.shared.locks.acquire(["web/src/pages/Login.tsx"], session="auth", reason="new form")
    core.shared.handoffs.send(
        "checkout",
        task="Ask for the login before the last step",
        context="The form stands; its page is web/src/pages/Login.tsx.",
        files=["web/src/pages/Login.tsx"],
        session="auth",
    )


def _open_by_hand(main: Path, folder: Path) -> None:
    """Open windows outside this program, in a tmux session of the user's own.

    A shell amid a rebase, and a benchmark that prints nothing.
    """
    shell = "git status; exec ${SHELL:-/bin/sh}"
    where = ["-n", "search", "-c", f"{main}-search", shell]
    lodging.tmux(folder, "new-session", "-d", "-s", "scratch", *where)
    silence = "import time\nwhile True: time.sleep(3600)"
    words = shlex.join([str(folder / "bin" / "pgbench"), "-I", "-S", "-c", silence])
    where = ["-n", "bisect", "-c", f"{main}-bisect", f"exec {words}"]
    lodging.tmux(folder, "new-window", "-d", "-t", "=scratch:", *where)


def _open_ended(core: Core, main: Path) -> None:
    """Open a window whose program has ended, and left a shell."""
    core.mux.open_window(
        session="receipts",
        name="receipts",
        directory=f"{main}-receipts",
        panes=[ApprovedPane(ours("git log --oneline -3"))],
        env=agent_command.environment("receipts"),
    )


def _play(core: Core, folder: Path, *, still: bool) -> None:
    """Start all sessions, through this program's own verbs."""
    main = Path(core.repository.main_path)
    for seed, cast in enumerate(_CASTS, start=1):
        options = ["--seed", str(seed), *(["--still"] if still else [])]
        core.spawner.spawn(
            SpawnRequest(
                name=cast.name,
                kind=cast.kind,
                source=BranchSource.EXISTING,
                branch=cast.branch,
                window=False,
            )
        )
        _dress(main, cast.name)
        core.mux.open_window(
            session=cast.name,
            name=cast.name,
            directory=str(main.parent / f"{main.name}-{cast.name}"),
            panes=[ApprovedPane(ours(_agent(main, folder, cast.script, *options)))],
            env=agent_command.environment(cast.name),
        )
    _adopted(main)
    _share(core, folder)
    _open_ended(core, main)
    _open_by_hand(main, folder)


@contextmanager
def _ends_well() -> Iterator[None]:
    """Turn termination signals into an exit that runs every `finally`."""

    def leave(number: int, _frame: FrameType | None) -> NoReturn:
        raise SystemExit(128 + number)

    mine = [signal.SIGTERM, signal.SIGHUP]
    if threading.current_thread() is not threading.main_thread():
        mine = []
    before = {number: signal.signal(number, leave) for number in mine}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def demo(*, still: bool = False, parent: Path | None = None) -> Iterator[Demo]:
    """Build the demo, and delete it at the end: also after Ctrl+C, SIGTERM and errors.

    Leftovers of a demo that was killed are removed by the next one.

    Args:
        still: Agents go to a fixed state at once and stay there, for pictures and tests.
        parent: Folder to build in; the system's temporary one by default.

    Raises:
        GitError: When git is missing or fails.
        MuxError: When tmux is missing or fails.
    """
    with _ends_well(), lodging.lodging(parent) as folder:
        env = dict(os.environ)
        if still:
            env.update(SHELL="/bin/sh", ENV=os.devnull, PS1="$ ")
        try:
            lodging.start_server(folder, env)
        except FileNotFoundError as error:
            raise MuxError("tmux is not installed", hint="Install tmux 3.2 or newer.") from error
        _hire(folder)
        main = repository.build(folder)
        _write(main, ".env", "DATABASE_URL=postgres://localhost/myapp\n")
        _write(main, "web/src/lib/price.ts", "export const digits = 2\nexport const unit = 'EUR'\n")
        settings = _settings(main, folder)
        core = open_core(Overrides(directory=str(main), settings=settings))
        _play(core, folder, still=still)
        yield Demo(repository=str(main), settings=settings)
