"""Keep what was proved in a file, and say what is being proved."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from parallel_tui.adapters.disk import flock, reading
from parallel_tui.adapters.disk.files import guard, write_atomically
from parallel_tui.adapters.disk.reading import UnusableFileError
from parallel_tui.errors import CouldNotLookError
from parallel_tui.model.proving.proof import JointProof, LeftOut, Member, ProvedBreak
from parallel_tui.model.session.repository import PROOFS, PROVING
from parallel_tui.model.text import strict_json
from parallel_tui.record import asdict, dataclass

_SCHEMA: Final = 1
_LARGEST: Final = 8 << 20
_MOST: Final = 40
"""Proofs that are kept; those of other commits say nothing any more."""
_FAR: Final = 1e12
_TEXTS: Final = ("aboard", "base_fails", "commands", "notes", "unsteady")


@dataclass(frozen=True, slots=True)
class KeptProofs:
    """Implements `ports.proving.proofs.Proofs`.

    Attributes:
        folder: The program's own folder in the repository's.
    """

    folder: Path

    @property
    def file(self) -> Path:
        """Where proofs are kept."""
        return self.folder / PROOFS

    def all(self) -> tuple[JointProof, ...]:
        """See `Proofs.all`."""
        try:
            found = reading.read_json(self.file, limit=_LARGEST)
        except UnusableFileError:
            return ()
        if found is None or found.get("schema") != _SCHEMA:
            return ()
        some = found.get("proofs")
        proofs = []
        for each in some if isinstance(some, list) else []:
            with suppress(KeyError, TypeError, ValueError, AttributeError):
                proofs.append(_proof(each))
        return tuple(proofs)

    def keep(self, proof: JointProof) -> None:
        """See `Proofs.keep`."""
        names = {each.session for each in proof.members}
        try:
            with guard(self.folder / "proofs.guard"):
                rest = [
                    each
                    for each in self.all()
                    if names != {member.session for member in each.members}
                ]
                kept = [asdict(each) for each in (proof, *rest)[:_MOST]]
                made = {"schema": _SCHEMA, "proofs": kept}
                write_atomically(self.file, strict_json.line(made).encode() + b"\n")
        except OSError as error:
            raise CouldNotLookError(
                f"What was proved cannot be kept in {self.file}: {error.strerror or error}"
            ) from error

    def running(self) -> tuple[Member, ...]:
        """See `Proofs.running`."""
        found: dict[Member, None] = {}
        for path in sorted(self.folder.glob(f"{PROVING}*.json")):
            with suppress(OSError, UnusableFileError, KeyError, TypeError):
                descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
                try:
                    if flock.take(descriptor):  # whoever wrote it has ended
                        path.unlink()
                        continue
                finally:
                    os.close(descriptor)
                told: Any = reading.read_json(path, limit=_LARGEST) or {}
                found.update(dict.fromkeys(map(_member, told["members"])))
        return tuple(found)

    @contextmanager
    def begin(self, members: Sequence[Member]) -> Iterator[None]:
        """See `Proofs.begin`."""
        path = self.folder / f"{PROVING}{os.getpid()}-{os.urandom(4).hex()}.json"
        descriptor = -1
        with suppress(OSError):  # it is for whoever looks on, and no reason not to prove
            self.folder.mkdir(parents=True, exist_ok=True)
            draft = path.with_suffix(".new")
            descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
            flock.take_own(descriptor)
            told = {"members": [asdict(each) for each in members]}
            os.write(descriptor, strict_json.line(told).encode())
            draft.rename(path)
        try:
            yield
        finally:
            with suppress(OSError):
                path.unlink(missing_ok=True)
            if descriptor >= 0:
                os.close(descriptor)


def _member(told: Any) -> Member:
    return Member(_text(told["session"]), _text(told["commit"]))


def _proof(told: Any) -> JointProof:
    made = dict(told)
    for name in _TEXTS:
        made[name] = _texts(told[name])
    made["members"] = tuple(_member(each) for each in told["members"])
    made["out"] = tuple(LeftOut(_text(e["session"]), _text(e["why"])) for e in told["out"])
    made["breaks"] = tuple(
        ProvedBreak(
            _texts(each["sessions"]),
            _texts(each["tests"]),
            _texts(each["tried"]),
            _text(each["tree"]),
            _text(each["log"]),
        )
        for each in told["breaks"]
    )
    for name in ("at", "seconds"):
        made[name] = _number(told[name])
    for name in ("runs", "known"):
        made[name] = int(_number(told[name]))
    for name in ("base", "base_commit", "strategy", "environment", "unknown", "tree", "log"):
        made[name] = _text(told[name])
    return JointProof(**made)


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError("not a list")
    return tuple(map(_text, value))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _number(value: object) -> float:
    if not isinstance(value, int | float) or not 0 <= value < _FAR:
        raise TypeError("not a number that can be")
    return float(value)
