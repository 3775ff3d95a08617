"""States that a worktree may be in, and things that a person may have done in it."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from contextlib import chdir
from pathlib import Path

from tests.support.world import World

NAMES = (
    "a.txt", "sp ace.txt", 'q"uote.txt', "$(x).txt", "ünï😀.txt", "new\nline.txt", "-dash",
    "raw-\udcff\udcfe", "[red]", "#{x}", "back\\slash",
)  # fmt: skip

DIRECTORIES = (
    "myapp-auth", "my app's $(touch x)", "new\nline", "-dash", "raw-\udcff", "[b]#{x}", "ünï",
)  # fmt: skip

OLD = 1_000_000_000
"""A time long ago, which comes back only if nothing writes."""


def _config(world: World, place: Path, *words: str) -> None:
    world.git("config", "extensions.worktreeConfig", "true")
    world.git("config", "--worktree", *words, cwd=place)


def _submodule(world: World, place: Path) -> Path:
    other = world.root / "other"
    world.git("init", "-q", str(other), cwd=world.root)
    world.commit("lib.c", "int x;\n", cwd=other)
    allow = ("-c", "protocol.file.allow=always")
    world.git(*allow, "submodule", "--quiet", "add", "--", str(other), "lib", cwd=place)
    world.git("commit", "-q", "-m", "lib", cwd=place)
    return place / "lib"


def _dirty_submodule(world: World, place: Path) -> None:
    lib = _submodule(world, place)
    (lib / "lib.c").write_text("int stashed;\n")
    world.git("stash", "push", "-q", cwd=lib)
    world.git("checkout", "-q", "--detach", cwd=lib)
    world.commit("own.c", "only here\n", cwd=lib)
    (lib / "lib.c").write_text("int y;\n")
    (lib / "staged.c").write_text("s")
    world.git("add", "staged.c", cwd=lib)
    (lib / "untracked.c").write_text("u")


def _conflict(world: World, place: Path, *command: str) -> None:
    world.commit("src/app.py", "x = 3\n", message="theirs")
    world.git(*command, cwd=place, check=False)


def _resolved(world: World, place: Path) -> None:
    """A conflict that was settled: the index remembers its sides, in case one wants them back."""
    _conflict(world, place, "merge", "main")
    (place / "src/app.py").write_text("x = 5\n")
    world.git("add", "src/app.py", cwd=place)


def _autostash(world: World, place: Path) -> None:
    (place / "README.md").write_text("put away by the rebase\n")
    _conflict(world, place, "rebase", "--autostash", "main")


def _mailbox(world: World, place: Path) -> None:
    patch = world.git("format-patch", "--stdout", "-1", cwd=place)
    world.git("reset", "-q", "--hard", "HEAD~1", cwd=place)
    world.commit("src/app.py", "x = 7\n", cwd=place)
    (world.root / "mailbox").write_text(patch)
    world.git("am", "-q", "--3way", str(world.root / "mailbox"), cwd=place, check=False)


def _bisect(world: World, place: Path) -> None:
    for number in range(4):
        world.commit(f"step{number}", "x", cwd=place, message=f"step {number}")
    world.git("bisect", "start", "HEAD", "HEAD~4", cwd=place)


def _detached(world: World, place: Path) -> None:
    world.git("checkout", "-q", "--detach", cwd=place)
    world.commit("loose.txt", "only here\n", cwd=place, message="loose")


def _reset(world: World, place: Path) -> None:
    """Commits that nothing but the reflogs name: the worktree's, and its branch's."""
    world.commit("gone.txt", "only in the reflogs\n", cwd=place, message="gone")
    world.git("reset", "-q", "--hard", "HEAD~1", cwd=place)


def _sparse(world: World, place: Path, *more: str) -> None:
    world.git("sparse-checkout", "set", *more, "src", cwd=place)


def _hooks(world: World, place: Path) -> None:
    """Hooks of the worktree alone, which leave a trace in it whenever they run."""
    folder = place / ".hooks"
    folder.mkdir()
    for name in ("post-checkout", "pre-commit", "reference-transaction", "post-index-change"):
        (folder / name).write_text(f"#!/bin/sh\ntouch {name}-ran\n")
        (folder / name).chmod(0o755)
    _config(world, place, "core.hooksPath", ".hooks")


def _split_index(world: World, place: Path) -> None:
    world.git("update-index", "--split-index", cwd=place)
    world.git("rm", "-q", "--cached", "README.md", cwd=place)


STATES: dict[str, Callable[[World, Path], object]] = {
    "branch": lambda world, place: None,
    "detached": _detached,
    "rebase": lambda world, place: _conflict(world, place, "rebase", "main"),
    "rebase with autostash": _autostash,
    "edit": lambda world, place: world.git(
        "-c", "sequence.editor=sed -i s/^pick/edit/", "rebase", "-i", "HEAD~1", cwd=place
    ),
    "merge": lambda world, place: _conflict(world, place, "merge", "main"),
    "merge, resolved": _resolved,
    "cherry-pick": lambda world, place: _conflict(world, place, "cherry-pick", "main"),
    "revert": lambda world, place: _conflict(world, place, "revert", "HEAD~1"),
    "am": _mailbox,
    "bisect": _bisect,
    "unborn": lambda world, place: world.git("checkout", "-q", "--orphan", "new", cwd=place),
    "submodule": _submodule,
    "dirty submodule": _dirty_submodule,
    "reset": _reset,
    "sparse": _sparse,
    "sparse index": lambda world, place: _sparse(world, place, "--cone", "--sparse-index"),
    "own config": lambda world, place: _config(world, place, "user.name", "Somebody Else"),
    "hooks": _hooks,
    "split index": _split_index,
}


def put(world: World, place: Path, state: str) -> None:
    """Bring a worktree into a state, before anything is edited in it."""
    world.commit("src/app.py", "x = 2\n", cwd=place, message="mine")
    STATES[state](world, place)


def _stage(world: World, place: Path, target: Path, data: bytes, *flags: str) -> None:
    target.write_bytes(data)
    world.git("add", "--sparse", *flags, "--", str(target.relative_to(place)), cwd=place)


def _stage_then_modify(world: World, place: Path, target: Path, data: bytes) -> None:
    _stage(world, place, target, data)
    target.write_bytes(data + b"more")


def _ignored(world: World, place: Path, target: Path, data: bytes) -> None:
    (place / "out").mkdir(exist_ok=True)
    (place / "out" / target.name).write_bytes(data)


def _stash(world: World, place: Path, target: Path, data: bytes) -> None:
    _stage(world, place, place / "kept.txt", data)
    world.git("stash", "push", "-q", "--", "kept.txt", cwd=place, check=False)


def _link(target: Path, to: str) -> None:
    link = target.with_name(f"link-{target.name}")
    if not os.path.lexists(link):
        link.symlink_to(to)


def _hard_link(target: Path, data: bytes) -> None:
    target.write_bytes(data)
    other = target.with_name(f"twin-{target.name}")
    other.unlink(missing_ok=True)
    other.hardlink_to(target)


def _special(target: Path) -> None:
    fifo, address = target.with_name(f"fifo-{target.name}"), target.with_name("socket")
    if not fifo.exists():
        os.mkfifo(fifo, 0o620)
    if not address.exists():
        with socket.socket(socket.AF_UNIX) as listening, chdir(target.parent):
            listening.bind("socket")  # its path has at most 107 bytes


def _rename(world: World, place: Path, target: Path, data: bytes) -> None:
    world.git("mv", "-k", "--sparse", "src/app.py", "src/moved.py", cwd=place, check=False)
    # Some gits crash here in a sparse index.
    git_dir = world.git("rev-parse", "--absolute-git-dir", cwd=place).strip("\n")
    Path(git_dir, "index.lock").unlink(missing_ok=True)


def _nested(world: World, place: Path) -> None:
    """A repository of its own, which this one does not track."""
    if not (place / "vendored").exists():
        world.git("init", "-q", str(place / "vendored"), cwd=place)
        world.commit("x", "x", cwd=place / "vendored")


def _refs(world: World, place: Path, data: bytes) -> None:
    """References of the worktree alone; what they name nothing else does."""
    (world.root / "data").write_bytes(b"only named by a reference" + data)
    blob = world.git("hash-object", "-w", str(world.root / "data"), cwd=place).strip()
    world.git("update-ref", "refs/worktree/blob", blob, cwd=place)
    world.git("tag", "-a", "-m", "note", "gone", blob, cwd=place)
    tag = world.git("rev-parse", "refs/tags/gone", cwd=place).strip()
    world.git("tag", "-d", "gone", cwd=place)
    world.git("update-ref", "refs/worktree/tag", tag, cwd=place)
    (world.root / "data").unlink()


def _read_only(target: Path, data: bytes) -> None:
    folder = target.with_name("closed")
    if not folder.exists():
        folder.mkdir()
        (folder / target.name).write_bytes(data)
        (folder / target.name).chmod(0o444)
        folder.chmod(0o555)


def _aged(target: Path, data: bytes) -> None:
    target.write_bytes(data)
    os.utime(target, ns=(OLD, OLD + 123_456_789))
    os.utime(target.parent, ns=(OLD, OLD))


def do(world: World, place: Path, act: str, name: str, data: bytes) -> None:
    """One thing that a person may have done in a worktree."""
    target = place / "d" / name
    target.parent.mkdir(exist_ok=True)
    ACTS[act](world, place, target, data)


Act = Callable[[World, Path, Path, bytes], object]
ACTS: dict[str, Act] = {
    "modify": lambda world, place, target, data: (place / "README.md").write_bytes(data),
    "stage": _stage,
    "stage then modify": _stage_then_modify,
    "intent to add": lambda world, place, target, data: _stage(world, place, target, data, "-N"),
    "delete": lambda world, place, target, data: (place / "src/app.py").unlink(missing_ok=True),
    "delete staged": lambda world, place, target, data: world.git(
        "rm", "-q", "--cached", "--ignore-unmatch", "--sparse", "src/app.py", cwd=place
    ),
    "untracked": lambda world, place, target, data: target.write_bytes(data),
    "ignored": _ignored,
    "link": lambda world, place, target, data: _link(target, "../README.md"),
    "broken link": lambda world, place, target, data: _link(target, "/nowhere at all"),
    "link to a folder": lambda world, place, target, data: _link(target, "../src"),
    "link out": lambda world, place, target, data: _link(target, str(world.repo)),
    "hard link": lambda world, place, target, data: _hard_link(target, data),
    "special": lambda world, place, target, data: _special(target),
    "mode": lambda world, place, target, data: (place / "src").chmod(0o751),
    "empty folder": lambda world, place, target, data: (place / "empty" / target.name).mkdir(
        parents=True, exist_ok=True
    ),
    "assume unchanged": lambda world, place, target, data: world.git(
        "update-index", "--assume-unchanged", "README.md", cwd=place, check=False
    ),
    "skip": lambda world, place, target, data: world.git(
        "update-index", "--skip-worktree", "README.md", cwd=place, check=False
    ),
    "stash": _stash,
    "rename": _rename,
    "nested": lambda world, place, target, data: _nested(world, place),
    "references": lambda world, place, target, data: _refs(world, place, data),
    "read-only": lambda world, place, target, data: _read_only(target, data),
    "old": lambda world, place, target, data: _aged(target, data),
}
