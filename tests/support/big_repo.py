"""Large repositories with many worktrees, made fast and kept between runs."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

_VERSION: Final = 1  # raise it when what is built changes
_FILES_A_FOLDER: Final = 20
_COMMITS: Final = 40
_OWN_COMMITS: Final = 3
MODIFIED: Final = 4
"""Modified files in each linked worktree."""
UNTRACKED: Final = 2
"""Untracked files in each linked worktree."""

_ENV: Final = {
    **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.invalid",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.invalid",
}


def git(
    cwd: Path, *args: str, feed: bytes = b"", env: Mapping[str, str] = MappingProxyType({})
) -> str:
    """Run git in a generated repository."""
    done = subprocess.run(
        ["git", *args], cwd=cwd, env={**_ENV, **env}, input=feed, capture_output=True, check=True
    )
    return done.stdout.decode()


def path_of(number: int) -> str:
    """Path of the n-th tracked file: 20 a folder, 20 folders a folder, a few levels deep."""
    folder = number // _FILES_A_FOLDER
    return f"src/m{folder // 20:03d}/p{folder % 20:02d}/file{number:05d}.py"


def _history(files: int, worktrees: int) -> bytes:
    out: list[bytes] = []

    def commit(branch: str, message: str, when: int, start: str | None = None) -> None:
        who = f"Ada <ada@example.invalid> {when} +0000"
        said = message.encode()
        mark = f"mark :{when}\n" if branch == "main" else ""
        out.append(f"commit refs/heads/{branch}\n{mark}author {who}\ncommitter {who}\n".encode())
        out.append(b"data %d\n%s\n" % (len(said), said))
        if start:
            out.append(f"from {start}\n".encode())

    def put(number: int, text: str) -> None:
        raw = text.encode()
        out.append(f"M 100644 inline {path_of(number)}\n".encode())
        out.append(b"data %d\n%s\n" % (len(raw), raw))

    begin = 1_700_000_000
    commit("main", "everything", begin)
    for number in range(files):
        put(number, f"# file {number}\n" + f"value_{number} = {number}\n" * (number % 40 + 5))
    for step in range(1, _COMMITS):
        commit("main", f"change {step}", begin + step * 3600)
        put(step * 7 % files, f"# changed by {step}\n" * 30)
    for tree in range(1, worktrees + 1):
        for step in range(_OWN_COMMITS):
            start = f":{begin + (_COMMITS - 1 - tree % 5) * 3600}" if step == 0 else None
            when = begin + (_COMMITS + step) * 3600
            commit(f"feature/s{tree:02d}", f"own {step}", when, start)
            put((tree * 131 + step) % files, f"# session {tree} step {step}\n" * 20)
    return b"".join(out)


def _build(folder: Path, worktrees: int, files: int) -> None:
    repo = folder / "big"
    git(folder, "init", "-q", "-b", "main", str(repo))
    for name, value in (("gc.auto", "0"), ("user.name", "Ada"), ("user.email", "a@e.invalid")):
        git(repo, "config", name, value)
    git(repo, "fast-import", "--quiet", feed=_history(files, worktrees))
    git(repo, "reset", "-q", "--hard", "main")
    for tree in range(1, worktrees + 1):
        home = folder / f"big-s{tree:02d}"
        git(repo, "worktree", "add", "-q", str(home), f"feature/s{tree:02d}")
        for number in range(MODIFIED):
            with (home / path_of((tree * 17 + number * 41) % files)).open("a") as file:
                file.write("# not committed\n")
        for number in range(UNTRACKED):
            (home / f"new{number}.py").write_text("x = 1\n")


def big_repo(worktrees: int, files: int) -> Path:
    """A repository with that many linked worktrees `s01`, `s02`, … of that many files each.

    Kept in the temporary folder and used again by the next run; whoever changes it puts it back.

    Returns:
        The main worktree.
    """
    home = Path(tempfile.gettempdir()) / f"pdev-bench-{os.getuid()}"
    home.mkdir(mode=0o700, exist_ok=True)
    folder = home / f"v{_VERSION}-{worktrees}x{files}"
    if not folder.exists():
        draft = Path(tempfile.mkdtemp(prefix="draft-", dir=home))
        try:
            _build(draft, worktrees, files)
            draft.rename(folder)
            linked = [str(path) for path in sorted(folder.glob("big-s*"))]
            git(folder / "big", "worktree", "repair", *linked)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise
    return folder / "big"
