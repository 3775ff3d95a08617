"""Cache of verdicts on disk, for a fast restart.

A verdict is named by the commits it was proved on, and those by their contents; so an old entry is
never wrong, only useless. What else decides about a merge (git's version, settings, attributes of
the repository's own) is in a fingerprint; when that changes the file counts as empty.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from parallel_tui.adapters.disk import reading
from parallel_tui.adapters.disk.files import write_atomically
from parallel_tui.adapters.disk.reading import UnusableFileError
from parallel_tui.adapters.git.run.environment import user_folder
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.quarantine import Quarantine
from parallel_tui.model.overlap.pairs import Pair
from parallel_tui.model.overlap.verdict import ConflictKind, Level, PathOverlap, Span, Verdict
from parallel_tui.model.session.repository import Repository
from parallel_tui.model.text import strict_json
from parallel_tui.record import asdict, dataclass, field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

_FORMAT: Final = 4
MOST: Final = 10_000
"""Verdicts kept at most."""
MOST_PATHS: Final = 2_000
"""A verdict with more paths is not kept: working it out again is cheaper than the file."""
LARGEST: Final = 32 * 1024 * 1024
"""Bytes of a file that is read at all."""

Proof = tuple[str, str, str]
"""Base, one commit, the other commit (empty for base itself)."""


@dataclass(slots=True)
class Kept:
    """Contents of the file.

    Attributes:
        verdicts: By what they were proved on.
        since: For each pair its level and when it came to it.
    """

    verdicts: dict[Proof, Verdict] = field(default_factory=dict)
    since: dict[Pair, tuple[Level, float]] = field(default_factory=dict)


class VerdictCache:
    """The cache file of one repository."""

    def __init__(self, folder: Path, repository: Repository) -> None:
        """Name the file; nothing is read yet.

        Args:
            folder: Cache folder of this program.
            repository: Whose verdicts.
        """
        name = hashlib.sha256(os.fsencode(repository.common_dir)).hexdigest()[:32]
        self.path = folder / "overlap" / f"{name}.json"

    def load(self, fingerprint: str) -> Kept:
        """The cached verdicts; empty without a usable file of ours."""
        try:
            data: Any = reading.read_json(self.path, limit=LARGEST) or {}
            if data["format"] != _FORMAT or data["fingerprint"] != fingerprint:
                return Kept()
            return Kept(
                {(a, b, c): _verdict(told) for a, b, c, told in data["verdicts"]},
                {(a, b): (Level(level), float(when)) for a, b, level, when in data["since"]},
            )
        except (UnusableFileError, ValueError, KeyError, TypeError, AttributeError, OverflowError):
            return Kept()

    def save(self, fingerprint: str, kept: Kept) -> None:
        """Write the file; a failed write only makes the next start slower."""
        verdicts = [
            [*proof, asdict(verdict)]
            for proof, verdict in list(kept.verdicts.items())[-MOST:]
            if len(verdict.paths) <= MOST_PATHS
        ]
        since = [[*pair, level, when] for pair, (level, when) in kept.since.items()]
        data: Mapping[str, object] = {
            "format": _FORMAT,
            "fingerprint": fingerprint,
            "verdicts": verdicts,
            "since": since,
        }
        with suppress(OSError):
            raw = strict_json.compact(data).encode("ascii")
            write_atomically(self.path, raw, mode=0o600)


def fingerprint(runner: Runner, quarantine: Quarantine) -> str:
    """Everything besides the commits that decides about a merge; one process, and git's version."""
    pattern = r"^(merge|diff|core\.(ignorecase|attributesfile|autocrlf|eol|filemode))"
    args = ["config", "-z", "--get-regexp", pattern]
    settings = runner.run(args, ok=(0, 1), env=quarantine.env).stdout
    digest = hashlib.sha256(settings)
    digest.update(repr(runner.version).encode())
    named = [
        value.decode("utf-8", "surrogateescape")
        for key, _, value in (field.partition(b"\n") for field in settings.split(b"\0"))
        if key == b"core.attributesfile"
    ]
    for path in (*_attribute_files(runner.repository), *map(os.path.expanduser, named)):
        with suppress(UnusableFileError):
            digest.update(b"\0" + (reading.read(path, follow=True) or b""))
    return digest.hexdigest()


def settings_stamp(repository: Repository) -> object:
    """A value that changes when the fingerprint may; no process.

    The files a user or a repository keeps settings in. One that those include is not seen to
    change, nor is the file that `core.attributesFile` names.
    """
    home = os.environ.get("GIT_CONFIG_GLOBAL") or f"{os.environ.get('HOME', '')}/.gitconfig"
    files = [f"{repository.common_dir}/config", home, f"{user_folder()}/config"]
    return tuple(_stamp(path) for path in (*files, *_attribute_files(repository)))


def _attribute_files(repository: Repository) -> tuple[str, str]:
    return f"{repository.common_dir}/info/attributes", f"{user_folder()}/attributes"


def _stamp(path: str) -> tuple[int, int, int] | None:
    try:
        found = Path(path).stat()
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _verdict(told: Mapping[str, Any]) -> Verdict:
    return Verdict(
        Level(told["level"]),
        tuple(
            PathOverlap(
                path["path"],
                Level(path["level"]),
                None if path["kind"] is None else ConflictKind(path["kind"]),
                tuple(Span(**span) for span in path["ours"]),
                tuple(Span(**span) for span in path["theirs"]),
                path["text"],
            )
            for path in told["paths"]
        ),
        tuple(told["trees"]),
        bool(told["dirty"]),
        bool(told["raw"]),
        str(told["limited"]),
        tuple(told["notes"]),
        str(told["first"]),
        str(told["landed"]),
    )
