"""Generated histories of two sessions and base: all kinds of work, in all states of commitment."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hypothesis import strategies as st

from tests.support.world import World

FILES: Final = {
    "a.txt": "".join(f"line {n}\n" for n in range(1, 13)),
    "bin": "\0base\n",
    "dir/b.txt": "1\n2\n3\n4\n5\n6\n",
    "dir/c.txt": "".join(f"c {n}\n" for n in range(1, 9)),
    "dir/sub/d.txt": "".join(f"d {n}\n" for n in range(1, 7)),
}
"""What the first commit holds."""


class GitAbortedError(Exception):
    """Git gave up on a history with a message about a bug of its own."""


Edit = tuple[str, str, int, str]
"""What is done, to which path, at which line or to which of several names, with which text."""

VERBS: Final = (
    *("edit", "edit", "edit", "insert", "insert", "append", "delete", "rename", "move"),
    *(
        "rename and edit",
        "move folder",
        "copy folder",
        "create",
        "create",
        "mode",
        "binary",
        "link",
    ),
    *("file to folder", "folder to file", "restore", "restore"),
)
_NEW: Final = ("new.txt", "dir/new.txt", "fresh/c.txt", "a.txt/in", "moved0/new.txt")

FATES: Final = (
    "leave",
    "leave",
    "stage",
    "commit",
    "commit",
    "commit staged",
    "merge main",
    "merge other",
)
"""What becomes of an edit: left alone, staged, committed with all or with what is staged, or
committed with all before what base or the other session has by then is merged in."""

EDITS: Final = st.tuples(
    st.sampled_from(VERBS),
    st.sampled_from(sorted(FILES)),
    st.integers(0, 11),
    st.text("xy", min_size=1, max_size=2),
)
STEPS: Final = st.lists(st.tuples(EDITS, st.sampled_from(FATES)), min_size=1, max_size=6)


@dataclass(frozen=True)
class History:
    """A story to play.

    Attributes:
        one: What the first session does.
        early: Commits of base before the second session starts.
        stacked: Whether the second starts from the first's branch instead of base.
        two: What the second session does.
        late: Commits of base after that.
    """

    one: list[tuple[Edit, str]]
    early: list[Edit]
    stacked: bool
    two: list[tuple[Edit, str]]
    late: list[Edit]

    def play(self, world: World) -> None:
        """Make it happen in a world that was made with `FILES`."""
        start = world.git("rev-parse", "HEAD").strip()
        one = world.worktree("one")
        for edit in self.early:
            _apply(world, world.repo, start, edit)
            _commit(world, world.repo)
        # Half of what the first does comes after base has moved, for merges of it to mean anything.
        half = len(self.one) // 2
        for edit, fate in self.one[:half]:
            _step(world, one, start, edit, fate)
        origin = "feature/one" if self.stacked else "main"
        two = world.root / "myapp-two"
        world.git("worktree", "add", "-q", "-b", "feature/two", str(two), origin)
        for edit, fate in self.two:
            _step(world, two, start, edit, fate)
        for edit in self.late:
            _apply(world, world.repo, start, edit)
            _commit(world, world.repo)
        for edit, fate in self.one[half:]:
            _step(world, one, start, edit, fate)


HISTORIES: Final = st.builds(
    History,
    one=STEPS,
    early=st.lists(EDITS, max_size=1),
    stacked=st.sampled_from((False, False, False, True)),
    two=STEPS,
    late=st.lists(EDITS, max_size=2),
)


def _step(world: World, tree: Path, start: str, edit: Edit, fate: str) -> None:
    _apply(world, tree, start, edit)
    if fate == "stage":
        world.git("add", "-A", cwd=tree)
    elif fate == "commit staged":
        world.git("commit", "-q", "--allow-empty", "-m", "part", cwd=tree)
    elif fate != "leave":
        _commit(world, tree)
    if fate.startswith("merge"):
        other = "feature/one" if tree.name.endswith("two") else "feature/two"
        source = "main" if fate == "merge main" else other
        world.git("merge", "-q", "--no-edit", source, cwd=tree, check=False)
        if Path(world.git("rev-parse", "--git-path", "index.lock", cwd=tree).strip()).exists():
            raise GitAbortedError
        if world.git("status", "--porcelain", cwd=tree):
            world.git("reset", "-q", "--hard", cwd=tree)


def _commit(world: World, tree: Path) -> None:
    world.git("add", "-A", cwd=tree)
    world.git("commit", "-q", "--allow-empty", "-m", "step", cwd=tree)


def _apply(world: World, tree: Path, start: str, edit: Edit) -> None:
    verb, path, number, text = edit
    if verb == "create":
        _create(tree, _NEW[number % len(_NEW)], f"{text}\n" * (number % 3 + 1))
    elif verb == "restore":
        world.git("checkout", "-q", start, "--", path, cwd=tree, check=False)
    elif verb in ("move folder", "copy folder", "folder to file"):
        _folder(tree, verb, f"moved{number % 2}", text)
    elif (target := _existing(tree, path, number)) is not None:
        _change(tree, target, verb, number, text)


def _create(tree: Path, path: str, text: str) -> None:
    target = tree / path
    above = (each for each in target.parents if os.path.lexists(each))
    if not all(each.is_dir() for each in above) or target.is_dir():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.is_symlink():
        target.unlink()
    target.write_text(text)


def _folder(tree: Path, verb: str, name: str, text: str) -> None:
    folder = next((tree / each for each in ("dir", "moved0") if (tree / each).is_dir()), None)
    if folder is None:
        return
    if verb == "folder to file":
        shutil.rmtree(folder)
        folder.write_text(f"{text}\n")
    elif not (tree / name).exists():
        shutil.copytree(folder, tree / name, symlinks=True)
        if verb == "move folder":
            shutil.rmtree(folder)


def _existing(tree: Path, path: str, number: int) -> Path | None:
    """The path, or another file when it is gone, so that what was moved is edited as well."""
    target = tree / path
    if target.is_symlink() or target.is_file():
        return target
    there = sorted(
        each
        for each in tree.rglob("*")
        if ".git" not in each.parts[len(tree.parts) :] and (each.is_symlink() or each.is_file())
    )
    return there[number % len(there)] if there else None


def _change(tree: Path, target: Path, verb: str, number: int, text: str) -> None:
    if verb == "delete":
        target.unlink()
    elif verb == "link":
        target.unlink()
        target.symlink_to(text)
    elif verb == "binary":
        target.unlink()
        target.write_bytes(b"\0" + text.encode() * (number % 2 + 1))
    elif target.is_symlink():
        return
    elif verb == "mode":
        target.chmod(0o755)
    elif verb == "file to folder":
        content = target.read_bytes()
        target.unlink()
        target.mkdir()
        (target / "in").write_bytes(content)
    elif verb == "move":
        (tree / "other").mkdir(exist_ok=True)
        target.rename(tree / "other" / target.name)
    elif verb == "rename":
        target.rename(target.with_name(f"renamed{number % 2}.txt"))
    else:
        lines = target.read_bytes().splitlines(keepends=True)
        line = f"{text}\n".encode()
        if verb == "append":
            lines.append(line.rstrip() if number % 3 == 0 else line)
        elif verb == "insert":
            lines.insert(number % (len(lines) + 1), line)
        elif lines:
            lines[number % len(lines)] = line
        target.write_bytes(b"".join(lines))
        if verb == "rename and edit":
            target.rename(target.with_name(f"renamed{number % 2}.txt"))
