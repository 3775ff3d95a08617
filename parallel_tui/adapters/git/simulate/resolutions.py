"""What git's rerere remembers: conflicts that were resolved before, whoever resolved them.

git itself decides whether it knows a conflict: in a git directory of its own that is thrown away,
with a copy of what is remembered, so that asking neither records nor forgets anything.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from parallel_tui.adapters.disk.scratch import folders
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.quarantine import OPTIONS, Quarantine
from parallel_tui.errors import GitError, disk_refused
from parallel_tui.model.landing.resolution import Resolution
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Final, TypeVar

    _Name = TypeVar("_Name", bound=object)

_MOST_BYTES: Final = 64 << 20
"""Of what is remembered; a copy of more would cost more than it tells."""

_SHA256: Final = "[core]\nrepositoryformatversion = 1\n[extensions]\nobjectformat = sha256\n"

_NAMES: Final = ("preimage", "postimage")
_DIGITS: Final = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class RememberedResolutions:
    """Implements `ports.overlaps.Resolutions`.

    Attributes:
        runner: The gateway to git.
        wanted: Whether predictions say that a conflict was resolved before.
    """

    runner: Runner
    wanted: bool = True

    @property
    def _folder(self) -> Path:
        return Path(self.runner.repository.common_dir, "rr-cache")

    def on(self) -> bool:
        """See `Resolutions.on`; one process."""
        args = ["config", "--type=bool", "--get", "rerere.enabled"]
        told = self.runner.run(args, ok=(0, 1)).text.strip()
        return told == "true" if told else self._folder.is_dir()

    def kept(self) -> tuple[Resolution, ...]:
        """See `Resolutions.kept`; no process."""
        found: list[Resolution] = []
        for folder in self._entries():
            for suffix in self._variants(folder):
                whole = [folder / f"{name}{suffix}" for name in _NAMES]
                if not all(each.is_file() for each in whole):
                    continue  # a pipe would be waited for
                try:
                    after = (folder / f"postimage{suffix}").read_bytes()
                    when = (folder / f"postimage{suffix}").stat().st_mtime
                    before = (folder / f"preimage{suffix}").read_bytes()
                except OSError:
                    continue
                found.append(Resolution(folder.name + suffix, _text(before), _text(after), when))
        return tuple(sorted(found, key=lambda each: (-each.when, each.id)))

    def forget(self, resolution: Resolution) -> None:
        """See `Resolutions.forget`."""
        name, _, variant = resolution.id.partition(".")
        suffix = f".{variant}" if variant else ""
        folder = self._folder / name
        try:
            for each in ("postimage", "preimage"):
                (folder / f"{each}{suffix}").unlink(missing_ok=True)
            if not any(folder.iterdir()):
                folder.rmdir()
        except OSError as error:
            raise disk_refused("It could not be forgotten", error) from error

    def known(self, marked: Mapping[str, bytes]) -> frozenset[str]:
        """See `Resolutions.known`; two processes, none where nothing is remembered."""
        if not marked or not self.wanted or not self.kept():
            return frozenset()
        try:
            return frozenset(self.resolved(marked))
        except (GitError, OSError):
            return frozenset()  # only an offer is lost

    def resolved(self, marked: Mapping[_Name, bytes]) -> dict[_Name, bytes]:
        """Files as they were resolved before, of those whose conflict is exactly one of these.

        Args:
            marked: Files as a merge leaves them, with conflict markers, by any name.

        Raises:
            GitError: When git gave no answer.
            OSError: When no temporary files can be written.
        """
        with folders.folder(folders.KNOWN) as root:
            told = self._asked(Path(root), list(marked.values()))
        return {
            name: after
            for (name, before), after in zip(marked.items(), told, strict=True)
            if after != before
        }

    def _asked(self, root: Path, files: Sequence[bytes]) -> list[bytes]:
        git_dir, tree = root / "git", root / "tree"
        for folder in (git_dir / "objects", git_dir / "refs", tree):
            folder.mkdir(parents=True)
        (git_dir / "HEAD").write_text("ref: refs/heads/none\n")
        self._copied(git_dir / "rr-cache")
        blank = "0" * 39 + "1"
        if self._digits() == 64:
            blank = "0" * 63 + "1"
            (git_dir / "config").write_text(_SHA256)
        place = Worktree(path=str(tree), git_dir=str(git_dir), head=None, branch=None)
        env = {"GIT_DIR": str(git_dir), "GIT_WORK_TREE": str(tree), "GIT_COMMON_DIR": str(git_dir)}
        # Under names of our own: how a file is called is nothing that its conflict depends on.
        for number, data in enumerate(files):
            (tree / f"{number}").write_bytes(data)
        stages = "".join(
            f"100644 {blank} {stage}\t{number}\n"
            for number in range(len(files))
            for stage in (2, 3)
        )
        add = ["update-index", "--index-info"]
        self.runner.run(add, worktree=place, env=env, stdin=stages.encode(), write=True)
        args = ["-c", "rerere.enabled=true", "-c", "rerere.autoupdate=false", "rerere"]
        self.runner.run(args, worktree=place, env=env, write=True)
        return [(tree / f"{number}").read_bytes() for number in range(len(files))]

    def _digits(self) -> int:
        return max((len(each.name) for each in self._entries()), default=40)

    def _entries(self) -> list[Path]:
        try:
            found = sorted(self._folder.iterdir())
        except OSError:
            return []
        return [each for each in found if len(each.name) in (40, 64) and set(each.name) <= _DIGITS]

    @staticmethod
    def _variants(folder: Path) -> list[str]:
        try:
            names = os.listdir(folder)  # noqa: PTH208
        except OSError:
            return []
        return sorted(each.removeprefix("postimage") for each in names if each[:9] == "postimage")

    def _copied(self, target: Path) -> None:
        target.mkdir()
        room = _MOST_BYTES
        for folder in self._entries():
            for name in sorted(os.listdir(folder)):  # noqa: PTH208
                if not name.startswith(_NAMES) or not (folder / name).is_file():
                    continue
                room -= (folder / name).stat().st_size
                if room < 0:
                    return
                (target / folder.name).mkdir(exist_ok=True)
                shutil.copyfile(folder / name, target / folder.name / name)


def marked_files(
    runner: Runner, quarantine: Quarantine, tree: str, paths: Sequence[str]
) -> Mapping[str, bytes]:
    """Files as a merge leaves them, by path; one process.

    Args:
        runner: The gateway to git.
        quarantine: Where the tree may be.
        tree: What the merge led to.
        paths: Which; what is no file there is left out.
    """
    found = files_of(runner, quarantine, [(tree, path) for path in paths])
    return {path: data for (_, path), data in found.items()}


def files_of(
    runner: Runner, quarantine: Quarantine, places: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], bytes]:
    """Files in trees, by tree and path; one process. What is no file there is left out.

    Args:
        runner: The gateway to git.
        quarantine: Where the trees may be.
        places: Trees, each with a path.

    Raises:
        GitError: When git gave no answer.
    """
    if not places:
        return {}
    asked = [f"{tree}:{path}".encode("utf-8", "surrogateescape") for tree, path in places]
    args = [*OPTIONS, "cat-file", "--batch", "-z"]
    stdin = b"".join(each + b"\0" for each in asked)
    told = runner.run(args, stdin=stdin, env=quarantine.env).stdout
    found: dict[tuple[str, str], bytes] = {}
    for place, each in zip(places, asked, strict=True):
        if told.startswith(missing := each + b" missing\n"):
            told = told[len(missing) :]
            continue
        head, _, told = told.partition(b"\n")
        kind, _, size = head.removeprefix(head.split(b" ")[0] + b" ").partition(b" ")
        if not size.isdigit():
            continue  # newer git says in a line of its own that it is a submodule
        data, told = told[: int(size)], told[int(size) + 1 :]
        if kind == b"blob":
            found[place] = data
    return found


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
