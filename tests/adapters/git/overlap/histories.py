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
    *("copy", "delete folder", "attributes"),
)
_NEW: Final = ("new.txt", "dir/new.txt", "fresh/c.txt", "a.txt/in", "moved0/new.txt")

_RULES: Final = ("*.txt merge=union\n", "*.txt -merge\n", "*.txt text\n", "b.txt merge=binary\n")

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


TAKEN: Final = ("", "", "", "one --squash", "two --squash", "one --no-ff", "two --no-ff")
"""What base takes over of a session, and how, before it goes on."""

ENDS: Final = ("", "", "", "main", "main", "other", "both", "main ours")
"""What a session is in the middle of merging at the end, conflicts settled somehow."""


@dataclass(frozen=True)
class History:
    """A story to play.

    Attributes:
        one: What the first session does.
        early: Commits of base before the second session starts.
        stacked: Whether the second starts from the first's branch instead of base.
        two: What the second session does.
        late: Commits of base after that.
        taken: Which session base takes over before that; see `TAKEN`.
        ends: What each session is in the middle of merging; see `ENDS`.
        after: What each does to its files then.
        small: Whether files of some bytes count as large already.
    """

    one: list[tuple[Edit, str]]
    early: list[Edit]
    stacked: bool
    two: list[tuple[Edit, str]]
    late: list[Edit]
    taken: str = ""
    ends: tuple[str, str] = ("", "")
    after: tuple[list[Edit], list[Edit]] = ((), ())  # type: ignore[assignment]
    small: bool = False

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
        if self.taken:
            _take(world, *self.taken.split())
        for edit in self.late:
            _apply(world, world.repo, start, edit)
            _commit(world, world.repo)
        for edit, fate in self.one[half:]:
            _step(world, one, start, edit, fate)
        for tree, end, edits in zip((one, two), self.ends, self.after, strict=True):
            if end:
                _begin_to_merge(world, tree, end)
                for edit in edits:
                    _apply(world, tree, start, edit)


HISTORIES: Final = st.builds(
    History,
    one=STEPS,
    early=st.lists(EDITS, max_size=1),
    stacked=st.sampled_from((False, False, False, True)),
    two=STEPS,
    late=st.lists(EDITS, max_size=3),
    taken=st.sampled_from(TAKEN),
    ends=st.tuples(st.sampled_from(ENDS), st.sampled_from(ENDS)),
    after=st.tuples(st.lists(EDITS, max_size=1), st.lists(EDITS, max_size=1)),
    small=st.booleans(),
)


def _take(world: World, name: str, how: str) -> None:
    world.git("merge", "-q", "--no-edit", how, f"feature/{name}", check=False)
    _aborted(world, world.repo)
    if world.git("ls-files", "-u"):
        world.git("reset", "-q", "--hard")
        world.git("clean", "-qffdx")
    else:
        _commit(world, world.repo)


def _begin_to_merge(world: World, tree: Path, end: str) -> None:
    """Merge without committing; conflicts stay in the files as git leaves them."""
    _commit(world, tree)
    other = "feature/one" if tree.name.endswith("two") else "feature/two"
    sources = ["main", other] if end == "both" else [other if end == "other" else "main"]
    strategy = ["-s", "ours"] if end == "main ours" else []
    world.git("merge", "-q", "--no-commit", *strategy, *sources, cwd=tree, check=False)
    _aborted(world, tree)
    world.git("add", "-A", cwd=tree)


def _aborted(world: World, tree: Path) -> None:
    lock = world.git("rev-parse", "--path-format=absolute", "--git-path", "index.lock", cwd=tree)
    if Path(lock.strip()).exists():
        raise GitAbortedError


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
        _aborted(world, tree)
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
    elif verb == "attributes":
        home = ("", "dir/")[number % 2]
        _create(tree, f"{home}.gitattributes", _RULES[number % len(_RULES)])
    elif verb in ("move folder", "copy folder", "folder to file", "delete folder"):
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
    if verb == "delete folder":
        shutil.rmtree(folder)
    elif verb == "folder to file":
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
    elif verb == "copy":
        if not (tree / "copied.txt").exists():
            shutil.copyfile(target, tree / "copied.txt")
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
