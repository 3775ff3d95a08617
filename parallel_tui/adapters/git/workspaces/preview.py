"""The directory that shows the train: a work tree outside git's list, at a place of its own."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from parallel_tui.adapters.disk import reading
from parallel_tui.adapters.disk.files import write_atomically
from parallel_tui.adapters.disk.reading import UnusableFileError
from parallel_tui.adapters.git.workspaces.workspace import BorrowedTree, delete
from parallel_tui.errors import CouldNotLookError, RefusedError
from parallel_tui.model.session.repository import Repository
from parallel_tui.record import dataclass

BRANCH: Final = "train-preview"
"""The branch that a prompt shows there."""

_LARGEST: Final = 1 << 16
_MARK: Final = ".git/pdev-preview"
"""File in it that names the commit that it was made to show, and the repository."""


@dataclass(frozen=True, slots=True)
class TrainPreview:
    """Implements `ports.proving.train.Previews`.

    Attributes:
        owner: Whose train.
    """

    owner: Repository

    def where(self) -> str | None:
        """See `Previews.where`."""
        place = os.fsdecode(_contents(self._record))
        return place if place and self._is_ours(Path(place)) else None

    def show(self, commit: str, directory: str | None) -> str:
        """See `Previews.show`."""
        before = self.where()
        place = Path(directory or before or self._beside())
        if before is not None and place != Path(before):
            raise RefusedError(
                f"The train is shown in {before} already",
                hint="Take that away first: pdev train preview --remove",
            )
        if before is None and (place.is_symlink() or place.exists()):
            there = place.is_dir() and not place.is_symlink() and not any(place.iterdir())
            if not there:
                raise RefusedError(
                    f"{place} is there already, and is not the train's preview",
                    hint="Name another place: pdev train preview PLACE",
                )
        if before is not None:
            self._demand_unchanged(place)
        try:
            # Before all else: whatever a crash leaves there is known to be ours.
            write_atomically(place / _MARK, os.fsencode(f"{commit}\n{self.owner.common_dir}"))
            write_atomically(self._record, os.fsencode(str(place)))
        except OSError as error:
            raise CouldNotLookError(
                f"The train cannot be shown in {place}: {error.strerror or error}"
            ) from error
        BorrowedTree(place, self.owner, len(commit), BRANCH).check_out(commit)
        return str(place)

    def remove(self) -> str | None:
        """See `Previews.remove`."""
        place = self.where()
        if place is None:
            return None
        self._demand_unchanged(Path(place))
        delete(Path(place))
        with suppress(OSError):
            self._record.unlink()
        return place

    @property
    def _record(self) -> Path:
        return Path(self.owner.runtime_dir, "preview")

    def _beside(self) -> str:
        main = Path(self.owner.main_path)
        return str(main.parent / f"{self.owner.name}-train")

    def _is_ours(self, place: Path) -> bool:
        return self._shown(place) is not None

    def _shown(self, place: Path) -> str | None:
        """The commit that was shown there last; `None` where that is no preview of ours."""
        commit, _, owner = _contents(place / _MARK).partition(b"\n")
        ours = owner == os.fsencode(self.owner.common_dir)
        return commit.decode("ascii", "replace") if ours else None

    def _demand_unchanged(self, place: Path) -> None:
        shown = self._shown(place) or ""
        space = BorrowedTree(place, self.owner, len(shown), BRANCH)
        at = space.at()
        if at is None:
            return  # it was never filled
        if at != shown:
            raise RefusedError(
                f"{place} has commits of its own, which would be lost",
                hint="Take them to a branch of the repository, then: "
                f"git -C {place} reset --hard {shown}",
            )
        if space.changed():
            raise RefusedError(
                f"{place} has changes of its own, which would be lost",
                hint=f"Take them away, or undo them: git -C {place} stash -u",
            )


def _contents(path: Path) -> bytes:
    try:
        return reading.read(path, limit=_LARGEST) or b""
    except (UnusableFileError, ValueError):  # a path that is none
        return b""
