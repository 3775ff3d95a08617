"""A folder for files that a screen server reads or writes, with a short path."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from parallel_tui.adapters.disk.scratch import folders
from parallel_tui.adapters.screen.command import ScreenError


@contextmanager
def private_folder() -> Iterator[str]:
    """A folder of nobody else's, deleted at the end.

    Raises:
        ScreenError: When none can be made.
    """
    with ExitStack() as stack:
        try:
            folder = stack.enter_context(folders.folder(folders.SCREEN))
        except OSError as error:
            raise ScreenError(f"No temporary folder can be made: {error.strerror}") from error
        yield folder
