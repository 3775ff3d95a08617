"""Change several files of the coordination root together: all of them, or none.

Everything that needs room on the disk is written first, where nobody sees it; what makes it seen is
renaming, which needs none. Should that fail half way all the same, what was done is taken back.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress

from parallel_tui.adapters.disk import drafts, reading
from parallel_tui.adapters.store.files.mechanics import json_document
from parallel_tui.errors import ParallelError
from parallel_tui.ports.taken import TakenError
from parallel_tui.record import dataclass, field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.adapters.store.files.mechanics.folder import Folder

Undo = Callable[[int, int], None]
"""Takes one step back, given the file's folder and that of the drafts, both open."""

Step = Callable[[int, int], Undo | None]
"""Does one step, given the same; `None` when there was nothing to do."""


@dataclass(slots=True)
class SharedChange:
    """Files to change together. Leaving its `with` block writes them; an error discards them.

    Attributes:
        root: The coordination root.
    """

    root: Folder
    _steps: list[tuple[Folder, str, Step]] = field(default_factory=list, repr=False)
    _drafts: list[str] = field(default_factory=list, repr=False)

    def __enter__(self) -> SharedChange:
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        try:
            if kind is None:
                self._carry_out()
        finally:
            self._tidy()

    def put(self, folder: Folder, name: str, data: bytes) -> None:
        """Replace or create a file.

        Raises:
            RefusedError: When there is no room for it; nothing of the whole is done.
        """
        draft = self._draft(folder, name, data)

        def replace(here: int, there: int) -> Undo:
            kept = self._reserve(name)
            try:
                os.link(name, kept, src_dir_fd=here, dst_dir_fd=there, follow_symlinks=False)
            except FileNotFoundError:
                os.replace(draft, name, src_dir_fd=there, dst_dir_fd=here)
                return lambda here, there: os.unlink(name, dir_fd=here)
            os.replace(draft, name, src_dir_fd=there, dst_dir_fd=here)
            return lambda here, there: os.replace(kept, name, src_dir_fd=there, dst_dir_fd=here)

        self._steps.append((folder, name, replace))

    def create(self, folder: Folder, name: str, data: bytes) -> None:
        """Create a file that must not exist when it is written.

        Raises:
            RefusedError: When there is no room for it; nothing of the whole is done.
        """
        draft = self._draft(folder, name, data)

        def make(here: int, there: int) -> Undo:
            try:
                os.link(draft, name, src_dir_fd=there, dst_dir_fd=here)
            except FileExistsError:
                said = f"{folder.path}/{name} was made by another program meanwhile"
                raise TakenError(said, name.removesuffix(".lock")) from None
            return lambda here, there: os.unlink(name, dir_fd=here)

        self._steps.append((folder, name, make))

    def remove(self, folder: Folder, name: str) -> None:
        """Delete a file; a missing one is no error."""

        def take(here: int, there: int) -> Undo | None:
            kept = self._reserve(name)
            try:
                os.rename(name, kept, src_dir_fd=here, dst_dir_fd=there)
            except FileNotFoundError:
                return None
            # Exclusive: by the time it is taken back the name may be somebody else's.
            return lambda here, there: os.link(kept, name, src_dir_fd=there, dst_dir_fd=here)

        self._steps.append((folder, name, take))

    def set_aside(self, folder: Folder, name: str) -> None:
        """Move an unusable file away, so that another can take its place."""
        target, kept = json_document.place_aside(folder, name)

        def move(here: int, there: int) -> Undo | None:
            with target.descriptor(make=True) as aside:
                try:
                    os.rename(name, kept, src_dir_fd=here, dst_dir_fd=aside)
                except FileNotFoundError:
                    return None
            return back

        def back(here: int, there: int) -> None:
            with target.descriptor() as aside:
                os.rename(kept, name, src_dir_fd=aside, dst_dir_fd=here)

        self._steps.append((folder, name, move))

    def _draft(self, folder: Folder, name: str, data: bytes) -> str:
        try:
            with self.root.drafting() as there:
                draft = drafts.write(there, name, data)
        except (OSError, ValueError) as error:
            raise folder.refused(name, error) from error
        self._drafts.append(draft)
        return draft

    def _reserve(self, name: str) -> str:
        kept = drafts.name_for(name)
        self._drafts.append(kept)
        return kept

    def _carry_out(self) -> None:
        done: list[tuple[Folder, str, Undo]] = []
        for folder, name, step in self._steps:
            try:
                with folder.descriptor(make=True) as here, self.root.drafting() as there:
                    undo = step(here, there)
                    if undo is not None:
                        done.append((folder, name, undo))
            except BaseException as error:
                self._take_back(done)
                if isinstance(error, OSError | ValueError):
                    raise folder.refused(name, error) from error
                raise
        for folder in dict.fromkeys(folder for folder, _, _ in done):
            with suppress(OSError), folder.descriptor() as here:
                os.fsync(here)

    def _take_back(self, done: list[tuple[Folder, str, Undo]]) -> None:
        """Restore the former files, the last one first.

        Raises:
            ParallelError: When something could not be put back.
        """
        left: list[str] = []
        for folder, name, undo in reversed(done):
            try:
                with folder.descriptor() as here, self.root.drafts().descriptor() as there:
                    undo(here, there)
            except (FileExistsError, FileNotFoundError):
                continue
            except OSError as error:
                left.append(f"{folder.path}/{name}: {reading.reason(error)}")
        if left:
            raise ParallelError(f"Half done, and not taken back: {'; '.join(left)}")

    def _tidy(self) -> None:
        if self._drafts:
            with suppress(OSError), self.root.drafts().descriptor() as there:
                for draft in self._drafts:
                    with suppress(FileNotFoundError):
                        os.unlink(draft, dir_fd=there)
