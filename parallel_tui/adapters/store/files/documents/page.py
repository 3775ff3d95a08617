"""`.claude/status.md`: the status page; a page by another author is never replaced."""

from __future__ import annotations

from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from parallel_tui.adapters.store.files.mechanics.folder import Folder

NAME: Final = "status.md"
_MARK: Final = b"Written by pdev whenever something changes."


@dataclass(frozen=True, slots=True)
class PageFile:
    """The page in the coordination root.

    Attributes:
        folder: The root.
    """

    folder: Folder

    def write(self, page: str) -> None:
        """Rewrite the page if it differs and is ours.

        Raises:
            UnusableFileError: When what stands there cannot be read.
            RefusedError: When the disk refuses; the page is then as it was.
        """
        # Only what came from a name that is no text has no bytes in UTF-8.
        text = page.encode("utf-8", "backslashreplace")
        standing = self.folder.read(NAME)
        foreign = standing is not None and _MARK not in standing
        if standing != text and not foreign:
            # Never half written; an older one after a crash is brought up to date by what follows.
            self.folder.write(NAME, text, lasting=False)
