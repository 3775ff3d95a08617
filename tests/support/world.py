"""A real repository with real worktrees and a real tmux server, gone at the end."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class World:
    """One repository and, once something asks for it, one tmux server of its own.

    Attributes:
        root: Folder that holds everything.
        env: Environment of every command.
        socket: Name of the tmux socket, for `-L`.
    """

    root: Path
    env: Mapping[str, str]
    socket: str = "world"
    _tmux_used: bool = field(default=False, repr=False)

    @property
    def repo(self) -> Path:
        """The main worktree."""
        return self.root / "myapp"

    def git(self, *args: str, cwd: Path | None = None, check: bool = True) -> str:
        """Run git and return what it printed."""
        done = subprocess.run(
            ["git", *args],
            cwd=cwd or self.repo,
            env=dict(self.env),
            capture_output=True,
            text=True,
            errors="surrogateescape",
            check=False,
        )
        if check and done.returncode:
            raise AssertionError(f"git {args} failed: {done.stderr}")
        return done.stdout

    def init(self, *options: str, files: Mapping[str, str] | None = None) -> World:
        """Make the repository with one commit on `main`."""
        self.root.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main", *options, str(self.repo), cwd=self.root)
        for path, text in (files or {"README.md": "hello\n", "src/app.py": "x = 1\n"}).items():
            self.write(path, text)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "first")
        return self

    def write(self, path: str, text: str, *, cwd: Path | None = None) -> Path:
        """Write a file below the main worktree, or below `cwd`."""
        target = (cwd or self.repo) / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
        return target

    def commit(
        self, path: str, text: str, *, cwd: Path | None = None, message: str = "change"
    ) -> str:
        """Write a file, commit it, and return the new commit."""
        self.write(path, text, cwd=cwd)
        self.git("add", "--", path, cwd=cwd)
        self.git("commit", "-q", "-m", message, cwd=cwd)
        return self.git("rev-parse", "HEAD", cwd=cwd).strip()

    def worktree(self, name: str, branch: str | None = None) -> Path:
        """Add a worktree `../myapp-<name>` with a new branch, with plain git."""
        path = self.root / f"myapp-{name}"
        self.git("worktree", "add", "-q", "-b", branch or f"feature/{name}", str(path))
        return path

    def tmux(self, *args: str, check: bool = True) -> str:
        """Run tmux on the world's own socket and return what it printed."""
        self._tmux_used = True
        done = self._ran("tmux", "-L", self.socket, "-f", "/dev/null", *args)
        if check and done.returncode:
            raise AssertionError(f"tmux {args} failed: {done.stderr}")
        return done.stdout

    def screen(self, *args: str, check: bool = True) -> str:
        """Run GNU Screen on the world's own sockets and return what it printed."""
        done = self._ran("screen", *args)
        if check and done.returncode:
            raise AssertionError(f"screen {args} failed: {done.stdout}{done.stderr}")
        return done.stdout

    def _ran(self, *argv: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            argv,
            cwd=self.root,
            env=dict(self.env),
            capture_output=True,
            text=True,
            errors="surrogateescape",
            check=False,
        )

    def screens(self) -> list[str]:
        """Names of the sockets of screen sessions, as `STY` holds them."""
        folder = Path(self.env["SCREENDIR"])
        found = folder.iterdir() if folder.is_dir() else ()
        return sorted(each.name for each in found if "-query" not in each.name)

    def window(
        self,
        name: str,
        cwd: Path,
        command: str = "exec sh",
        *,
        session: str = "work",
        size: tuple[int, int] = (120, 40),
    ) -> str:
        """Open a window by hand in a tmux session (made if needed); returns its id."""
        self.root.mkdir(parents=True, exist_ok=True)
        where = ["-P", "-F", "#{window_id}", "-n", name, "-c", str(cwd), command]
        if self._has(session):
            return self.tmux("new-window", "-d", "-t", f"={session}:", *where).strip()
        columns, rows = (str(number) for number in size)
        return self.tmux(
            "new-session", "-d", "-s", session, "-x", columns, "-y", rows, *where
        ).strip()

    def _has(self, session: str) -> bool:
        names = self.tmux("list-sessions", "-F", "#{session_name}", check=False)
        return session in names.splitlines()

    def close(self) -> None:
        """End the tmux server, if there is one, and delete everything."""
        if self._tmux_used or (Path(self.env["TMUX_TMPDIR"]).exists()):
            for socket in Path(self.env["TMUX_TMPDIR"]).glob("tmux-*/*"):
                subprocess.run(
                    ["tmux", "-S", str(socket), "kill-server"],
                    env=dict(self.env),
                    capture_output=True,
                    check=False,
                )
        for sty in self.screens():
            self.screen("-S", sty, "-X", "quit", check=False)
        shutil.rmtree(self.root, ignore_errors=True)
