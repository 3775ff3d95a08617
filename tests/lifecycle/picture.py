"""Everything about one worktree, for a comparison before and after."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from tests.support.world import World


def files(root: Path) -> dict[str, tuple[str, int, bytes]]:
    """Kind, mode and contents of everything below a folder, the folder's own mode too."""
    found: dict[str, tuple[str, int, bytes]] = {}
    for folder, folders, names in os.walk(os.fsencode(root)):
        for name in (b".", *folders, *names):
            path = os.path.join(folder, name)  # noqa: PTH118
            seen = os.lstat(path)
            mode = stat.S_IMODE(seen.st_mode)
            key = os.fsdecode(os.path.relpath(path, os.fsencode(root)))
            if stat.S_ISLNK(seen.st_mode):
                found[key] = ("link", 0, os.readlink(path))  # noqa: PTH115
            elif stat.S_ISDIR(seen.st_mode):
                found[key] = ("folder", mode, b"")
            elif stat.S_ISREG(seen.st_mode):
                found[key] = ("file", mode, Path(os.fsdecode(path)).read_bytes())
            else:
                found[key] = (f"special {stat.S_IFMT(seen.st_mode)}", mode, b"")
    return found


def picture(world: World, place: Path) -> dict[str, object]:
    """Files, git directory, index entries, status, references, stash and configuration."""
    git_dir = Path(world.git("rev-parse", "--absolute-git-dir", cwd=place).strip())
    private = {
        name: entry
        for name, entry in files(git_dir).items()
        # Looking may refresh an index's stat data, a submodule's too; entries are compared below.
        if Path(name).name != "index"
    }
    return {
        "files": files(place),
        "git dir": private,
        "index": world.git("ls-files", "-s", "-v", "-t", cwd=place),
        "submodules": world.git(
            "submodule", "--quiet", "foreach", "git ls-files -s && git status --short", cwd=place
        ),
        "status": world.git("status", "--porcelain=v2", "--branch", "--ignored", cwd=place),
        "refs": world.git("for-each-ref"),
        "head": world.git("rev-parse", "HEAD", cwd=place),
        "symbolic": world.git("symbolic-ref", "-q", "HEAD", cwd=place, check=False),
        "stash": world.git("stash", "list"),
        "worktrees": world.git("worktree", "list", "--porcelain"),
        "config": world.git("config", "--local", "--list"),
    }
