"""Check whether git stores a file byte for byte.

That is so nearly always, and then its object can be made without asking git. Where settings or
attributes say otherwise, or might, the answer is no, and git itself converts the file.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from parallel_tui.adapters import small_file
from parallel_tui.adapters.git.run.environment import user_folder
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.quarantine import Quarantine
from parallel_tui.adapters.git.simulate.snapshot.signature import stamp
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

BELIEVED: Final = 60.0
"""Seconds for which settings are believed although no file that they came from has changed."""

_ODD: Final[Mapping[str, bool]] = {
    # Where one of these is not what it is by default, the index knows better than the disk.
    "core.filemode": True,
    "core.symlinks": True,
    "core.ignorecase": False,
    "core.precomposeunicode": False,
    "core.sparsecheckout": False,
}
_FALSE: Final = frozenset(("false", "no", "off", "0", ""))
_CONTENTS: Final = (b"filter", b"ident", b"encoding")
_LINE_ENDS: Final = (b"text", b"crlf", b"eol")
_LARGEST: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings that decide how the files of one worktree are converted.

    Attributes:
        odd: Whether a file's entry can be told from the index only.
        line_ends: Whether line ends are converted without any attribute.
        rules: Attribute files that hold for the whole worktree, there or not.
    """

    odd: bool
    line_ends: bool
    rules: tuple[str, ...]


class Conversions:
    """Reads and caches the settings of worktrees. Thread-safe."""

    def __init__(self, runner: Runner, quarantine: Quarantine) -> None:
        self._runner = runner
        self._quarantine = quarantine
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, Mapping[str, object], Settings]] = {}

    def settings(self, worktree: Worktree) -> Settings:
        """The settings of a worktree; one process when they may have changed.

        Raises:
            GitError: When git gave no answer.
        """
        with self._lock:  # worktrees with the same settings ask once
            for key in ("", worktree.git_dir):
                asked, stamps, settings = self._known.get(key, (-BELIEVED, {}, None))
                if settings and time.monotonic() - asked < BELIEVED and stamps == _stamps(stamps):
                    return settings
            return self._ask(worktree)

    def _ask(self, worktree: Worktree) -> Settings:
        common = self._runner.repository.common_dir
        asked = time.monotonic()
        before = _stamps((*_general(), f"{common}/config"))
        args = ["config", "--list", "--show-origin", "-z"]
        told = self._runner.run(args, worktree=worktree, env=self._quarantine.env).fields()
        pairs = (each.partition("\n") for each in told[1::2])
        values = {name: value if equals else "true" for name, equals, value in pairs}
        origins = [each.removeprefix("file:") for each in told[::2]]
        stamps = _stamps(os.path.join(worktree.path, each) for each in origins) | before  # noqa: PTH118
        own = any(
            name.startswith("includeif.") or name == "extensions.worktreeconfig" for name in values
        )
        if own:
            stamps |= _stamps(f"{worktree.git_dir}/{name}" for name in ("HEAD", "config.worktree"))
        else:
            self._known.clear()
        settings = _settings(values, common)
        self._known[worktree.git_dir if own else ""] = (asked, stamps, settings)
        return settings


@dataclass(frozen=True, slots=True)
class Rules:
    """The conversions that attributes may cause for some files, at most.

    Attributes:
        contents: Whether a filter, a keyword or an encoding may change what is in them.
        line_ends: Whether carriage returns may be taken out of them.
    """

    contents: bool
    line_ends: bool


def rules_for(settings: Settings, worktree: Worktree, folders: Collection[str]) -> Rules:
    """Read the attribute files that concern some folders.

    Args:
        settings: Of the worktree.
        worktree: Whose.
        folders: All folders above the files, the topmost (empty) included.
    """
    contents, line_ends = False, settings.line_ends
    home = (f"{worktree.path}/{each}/.gitattributes" for each in folders)
    for file in (*settings.rules, *home):
        try:
            data = small_file.read(file, _LARGEST)  # many, and most are not there
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError:
            return Rules(contents=True, line_ends=True)
        contents |= len(data) == _LARGEST or any(word in data for word in _CONTENTS)
        line_ends |= any(word in data for word in _LINE_ENDS)
    return Rules(contents, line_ends)


def _settings(values: Mapping[str, str], common: str) -> Settings:
    odd = "GIT_ATTR_SOURCE" in os.environ or "attr.tree" in values
    odd |= any(
        (values[name].lower() not in _FALSE) is not usual
        for name, usual in _ODD.items()
        if name in values
    )
    named = values.get("core.attributesfile")
    general = os.path.expanduser(named) if named else f"{user_folder()}/attributes"  # noqa: PTH111
    odd |= not os.path.isabs(general)  # noqa: PTH117 - a prefix only git can expand
    return Settings(
        odd=odd,
        line_ends=values.get("core.autocrlf", "false").lower() not in _FALSE,
        rules=(f"{common}/info/attributes", general, *_system("gitattributes")),
    )


def _general() -> Iterator[str]:
    """Optional settings files."""
    yield from _system("gitconfig")
    yield f"{user_folder()}/config"
    yield os.path.expanduser("~/.gitconfig")  # noqa: PTH111 - a home that is not set stays as it is
    for name in ("GIT_CONFIG_SYSTEM", "GIT_CONFIG_GLOBAL"):
        if name in os.environ:
            yield os.environ[name]


def _system(name: str) -> tuple[str, ...]:
    """Places where git may look for the machine's own settings file."""
    found = _git()
    homes = {Path("/etc")}
    for program in {Path(found), Path(found).resolve()} if found else ():
        homes.add(program.parent.parent / "etc")
    return tuple(sorted(str(home / name) for home in homes))


def _git() -> str | None:
    """The program `git`, as a shell finds it."""
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        path = os.path.join(folder, "git")  # noqa: PTH118
        if os.path.isfile(path) and os.access(path, os.X_OK):  # noqa: PTH113
            return path
    return None


def _stamps(paths: Iterable[str]) -> dict[str, object]:
    return {path: stamp(path) for path in paths}
