"""Write files for a continuous integration service: what makes it run the check, and reports."""

from __future__ import annotations

from pathlib import Path

from parallel_tui.errors import CouldNotLookError, RefusedError, UsageError
from parallel_tui.model.ci.event import Provider
from parallel_tui.model.ci.places import FILES, GITLAB_MAIN
from parallel_tui.model.text import strict_json
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final

    from parallel_tui.ports.disk import Disk
    from parallel_tui.services.session.lookup import Sessions

_GITHUB: Final = ".github"


@dataclass(frozen=True, slots=True)
class Written:
    """Result of writing the file.

    Attributes:
        provider: For which service.
        path: Where it stands.
        changed: Whether it was written; it stood there already otherwise.
        include: The file of the service that has to include it and does not; empty when none has.
    """

    provider: Provider
    path: Path
    changed: bool
    include: str = ""


@dataclass(frozen=True, slots=True)
class CiWriter:
    """Writes the file.

    Attributes:
        disk: Files.
        sessions: Look-up of sessions.
        where: The directory that the command is about.
    """

    disk: Disk
    sessions: Sessions
    where: str

    def write(
        self, provider: Provider | None, text_for: Callable[[Provider], str], *, force: bool
    ) -> Written:
        """Write the file into the worktree that we stand in.

        Args:
            provider: For which service; `None` to take the one whose files are there.
            text_for: What the file of a service says.
            force: Whether a file that says something else is replaced.

        Raises:
            UsageError: When there is no worktree, or it is not clear which service is meant.
            RefusedError: When another file stands there, a link leads elsewhere, or it cannot be
                written.
        """
        home = self.sessions.standing_in(self.where)
        if home is None or home.worktree is None or home.worktree.bare:
            raise UsageError(
                f"{self.where} is in no worktree", hint="The file belongs into a worktree."
            )
        root = Path(home.worktree.path)
        provider = provider or self._provider(root)
        path = root / FILES[provider]
        text = text_for(provider).encode()
        before = self.disk.read(path)
        if before is not None and before != text and not force:
            raise RefusedError(
                f"{path} says something else already, and is left as it is",
                hint="Compare the two, or let it be replaced with --force.",
            )
        if before != text:
            if not self.disk.real_parent(root, FILES[provider]) or path.is_symlink():
                raise RefusedError(
                    f"{path} is reached through a link, and nothing is written there",
                    hint="Replace the link by a folder or a file.",
                )
            try:
                self.disk.write(path, text)
            except OSError as error:
                raise RefusedError(
                    f"{path} cannot be written: {error.strerror or error}",
                    hint="Nothing was changed there.",
                ) from error
        return Written(provider, path, before != text, self._not_included(provider, root))

    def report(self, name: str, report: list[dict[str, object]]) -> None:
        """Write a report for the service to pick up.

        Args:
            name: Its path, from the directory that the command is about.
            report: What it says.

        Raises:
            CouldNotLookError: When it cannot be written.
        """
        self._write(Path(self.where, name), f"{strict_json.line(report)}\n".encode())

    def append(self, name: str, text: str) -> None:
        """Add a text to a file that the service shows.

        Args:
            name: Its path, from the directory that the command is about.
            text: What to add.

        Raises:
            CouldNotLookError: When it cannot be written.
        """
        path = Path(self.where, name)
        self._write(path, (self.disk.read(path) or b"") + text.encode("utf-8", "replace"))

    def _write(self, path: Path, data: bytes) -> None:
        try:
            self.disk.write(path, data)
        except OSError as error:
            raise CouldNotLookError(
                f"The report cannot be written to {path}: {error.strerror or error}",
                hint="Name a file in a folder that is there.",
            ) from error

    def _provider(self, root: Path) -> Provider:
        there = [
            provider
            for provider, name in ((Provider.GITHUB, _GITHUB), (Provider.GITLAB, GITLAB_MAIN))
            if (root / name).exists()
        ]
        if len(there) != 1:
            found = f"both {_GITHUB} and {GITLAB_MAIN} are" if there else "nothing of either is"
            raise UsageError(
                f"It is not clear which service is meant: {found} in {root}",
                hint="Say it: --provider github, or --provider gitlab.",
            )
        return there[0]

    def _not_included(self, provider: Provider, root: Path) -> str:
        if provider is not Provider.GITLAB:
            return ""
        main = self.disk.read(root / GITLAB_MAIN) or b""
        return "" if FILES[provider].encode() in main else GITLAB_MAIN
