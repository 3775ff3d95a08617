"""Record of the repository commands that the user allowed to run.

Recorded by hash in the user's own state directory, never in the repository: a repository that
could grant itself trust would need none. A changed wording is a new question.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from parallel_tui.adapters.disk import files, reading
from parallel_tui.adapters.disk.reading import UnusableFileError
from parallel_tui.errors import CouldNotLookError, RefusedError
from parallel_tui.model.settings import user_dirs
from parallel_tui.model.text import strict_json
from parallel_tui.record import dataclass, field

_FORMAT = 1


def _digest(repository: str, content: str) -> str:
    joined = f"{repository}\0{content}".encode("utf-8", "surrogateescape")
    return hashlib.sha256(joined).hexdigest()


@dataclass(frozen=True, slots=True)
class TrustFile:
    """`trust.json` of one user: granted hashes with the repository they are about.

    Attributes:
        env: Environment that tells where the state directory is.
    """

    env: Mapping[str, str] = field(repr=False)

    @property
    def path(self) -> Path:
        """Path of the file, which need not exist."""
        return user_dirs.state_dir(self.env) / "trust.json"

    def trusts(self, repository: str, content: str) -> bool:
        """Whether exactly this content of this repository was trusted.

        Raises:
            CouldNotLookError: When the file is there and cannot be read or understood.
        """
        return _digest(repository, content) in self._read()

    def grant(self, repository: str, content: str) -> None:
        """Record trust in exactly this content.

        Raises:
            CouldNotLookError: When what is recorded already cannot be read; it is kept as it is.
            RefusedError: When it cannot be written.
        """
        try:
            with files.guard(self.path.with_suffix(".guard")):
                granted = {**self._read(), _digest(repository, content): repository}
                text = strict_json.document({"format": _FORMAT, "granted": {**granted}})
                files.write_atomically(self.path, text, mode=0o600)
        except OSError as error:
            raise RefusedError(
                f"The trust could not be recorded in {self.path}: {error.strerror or error}"
            ) from error

    def _read(self) -> dict[str, str]:
        try:
            found = reading.read_json(self.path, follow=True)
        except UnusableFileError as error:
            raise self._unreadable(error.message) from error
        if found is None:
            return {}
        granted = found.get("granted")
        if not isinstance(granted, dict):
            raise self._unreadable("it has no table of grants")
        return {str(key): str(value) for key, value in granted.items()}

    def _unreadable(self, why: str) -> CouldNotLookError:
        return CouldNotLookError(
            f"{self.path} cannot be read: {why}",
            hint="Move it away; the commands will be asked about again.",
        )
