"""Everything about one worktree, for a comparison before and after."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from tests.support.world import World

Entry = tuple[str, int, int, bytes]


def files(root: Path, *, times: bool = False) -> dict[str, Entry]:
    """Kind, mode, time of change and contents of everything below a folder, and of itself.

    Names of one file (hard links) have the same contents by more than chance: the first of them
    stands in the entry of each.

    Args:
        root: The folder.
        times: Whether times of change count.
    """
    found: dict[str, Entry] = {}
    firsts: dict[int, bytes] = {}
    for folder, folders, names in os.walk(os.fsencode(root)):
        folders.sort()
        for name in (b".", *folders, *sorted(names)):
            path = os.path.join(folder, name)  # noqa: PTH118
            seen = os.lstat(path)
            mode, when = stat.S_IMODE(seen.st_mode), seen.st_mtime_ns if times else 0
            key = os.fsdecode(os.path.relpath(path, os.fsencode(root)))
            if stat.S_ISLNK(seen.st_mode):
                found[key] = ("link", 0, when, os.readlink(path))  # noqa: PTH115
            elif stat.S_ISDIR(seen.st_mode):
                found[key] = ("folder", mode, when, b"")
            elif stat.S_ISREG(seen.st_mode):
                first = firsts.setdefault(seen.st_ino, os.fsencode(key))
                twin = b"as " + first + b": " if seen.st_nlink > 1 else b""
                found[key] = ("file", mode, when, twin + Path(os.fsdecode(path)).read_bytes())
            else:
                found[key] = (f"special {stat.S_IFMT(seen.st_mode)}", mode, when, b"")
    return found


def picture(world: World, place: Path) -> dict[str, object]:
    """Files, git directory, index entries, status, references, stash and configuration."""

    def git(*args: str, cwd: Path | None = None, check: bool = True) -> str:
        return world.git("--no-optional-locks", *args, cwd=cwd, check=check)

    git_dir = Path(git("rev-parse", "--absolute-git-dir", cwd=place).strip("\n"))
    common = Path(git("rev-parse", "--path-format=absolute", "--git-common-dir").strip("\n"))
    return {
        "files": files(place, times=True),
        "git dir": files(git_dir),
        "reflogs": files(common / "logs/refs/heads"),
        "index": git("ls-files", "-s", "-v", "-t", "--resolve-undo", cwd=place),
        "submodules": git(
            "submodule", "--quiet", "foreach",
            "git ls-files -s && git status --short && git stash list && git log --oneline -g",
            cwd=place,
        ),
        "status": git("status", "--porcelain=v2", "--branch", "--ignored", cwd=place),
        "refs": git("for-each-ref", cwd=place),
        "head": git("rev-parse", "HEAD", cwd=place, check=False),
        "symbolic": git("symbolic-ref", "-q", "HEAD", cwd=place, check=False),
        "stash": git("stash", "list"),
        "worktrees": git("worktree", "list", "--porcelain"),
        "config": git("config", "--local", "--list"),
        "own config": git("config", "--list", "--show-scope", cwd=place),
    }  # fmt: skip
