"""Build the demo's repository and its remote, with plain git."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from parallel_tui.adapters.process import programs
from parallel_tui.demo import project
from parallel_tui.demo.project import InventedCommit
from parallel_tui.errors import GitError
from parallel_tui.model.git_version import Needs

_HOUR: Final = 3600

# Nothing of the user's own git settings may act here: no hook, no signature, no helper.
_LOCAL: Final = {
    "user.name": "Ada Brandt",
    "user.email": "ada@example.invalid",
    "commit.gpgsign": "false",
    "tag.gpgsign": "false",
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "rebase.autosquash": "false",
    "rerere.enabled": "false",
    "gc.auto": "0",
}


def environment() -> dict[str, str]:
    """Our own environment for git, without variables that point it elsewhere."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return {
        **env,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_EDITOR": "true",
    }


def git(cwd: Path, *args: str, feed: bytes | None = None, check: bool = True) -> str:
    """Run one git command and return its output.

    Raises:
        GitError: When it failed or is not installed.
    """
    try:
        done = programs.run(
            ["git", *args], env={}, more=environment(), directory=str(cwd), feed=feed or b""
        )
    except FileNotFoundError as error:
        raise GitError("git is not installed", hint=f"{Needs.ANYTHING.install}.") from error
    if check and done.returncode:
        said = done.stderr.decode(errors="replace").strip()
        raise GitError(
            f"git {args[0]} failed while the demo was built: {said.splitlines()[-1:] or said}",
            status=done.returncode,
            stderr=said,
        )
    return done.stdout.decode(errors="surrogateescape")


def _data(text: str) -> bytes:
    raw = text.encode()
    return b"data %d\n%s\n" % (len(raw), raw)


def _stream(branch: str, changes: Iterable[InventedCommit], start: str | None, now: float) -> bytes:
    """A `git fast-import` stream that puts commits on a branch."""
    out: list[bytes] = []
    for number, change in enumerate(changes):
        out.append(f"commit refs/heads/{branch}\n".encode())
        who = f"{change.author} {int(now) - change.hours * _HOUR} +0000"
        out.append(f"author {who}\ncommitter {who}\n".encode())
        out.append(_data(change.subject + "\n"))
        if number == 0 and start:
            out.append(f"from {start}\n".encode())
        for path, text in change.files.items():
            out.append(f"M 100644 inline {path}\n".encode())
            out.append(_data(text))
    return b"".join(out)


def configure(repository: Path, values: Mapping[str, str] = _LOCAL) -> None:
    """Write a repository's own settings."""
    for name, value in values.items():
        git(repository, "config", name, value)


def build(folder: Path) -> Path:
    """Create `origin.git` and a clone `myapp` of it in a folder; returns the clone.

    Worktrees are not made here: those are the program's own work.
    """
    now = time.time()
    origin, clone = folder / "origin.git", folder / "myapp"
    git(folder, "init", "-q", "--bare", "-b", "main", str(origin))
    local = len(project.MAIN) - project.UNPULLED
    remote = project.REMOTE_ONLY
    feed = _stream("main", project.MAIN[:local], None, now)
    git(origin, "fast-import", "--quiet", feed=feed)
    start = f"refs/heads/main~{remote.behind}"
    git(origin, "fast-import", "--quiet", feed=_stream(remote.branch, remote.changes, start, now))
    git(folder, "clone", "-q", "--no-hardlinks", str(origin), str(clone))
    configure(clone)
    newer = _stream("main", project.MAIN[local:], "refs/heads/main^0", now)
    git(origin, "fast-import", "--quiet", feed=newer)
    git(clone, "fetch", "-q", "origin")
    for line in project.LINES:
        start = f"refs/heads/main~{line.behind}"
        if line.changes:
            feed = _stream(line.branch, line.changes, start, now)
            git(clone, "fast-import", "--quiet", feed=feed)
        else:
            git(clone, "branch", "--no-track", line.branch, start)
    return clone


def commit(home: Path, change: InventedCommit) -> None:
    """Commit everything in a worktree, with a change's author and time."""
    when = f"{int(time.time()) - change.hours * _HOUR} +0000"
    git(home, "add", "-A")
    named = ["-c", f"user.name={change.author.partition(' <')[0]}"]
    git(home, *named, "commit", "-q", f"--date={when}", "-m", change.subject)


def worktree(repository: Path, name: str, branch: str | None, *, at: str = "main~3") -> Path:
    """Add a worktree with plain git, without this program.

    Args:
        repository: The main worktree.
        name: Last part of the sibling directory's name.
        branch: An existing branch; `None` for a detached HEAD.
        at: Where a detached HEAD stands.
    """
    path = repository.parent / f"{repository.name}-{name}"
    where: Sequence[str] = [str(path), branch] if branch else ["--detach", str(path), at]
    git(repository, "worktree", "add", "-q", *where)
    return path
