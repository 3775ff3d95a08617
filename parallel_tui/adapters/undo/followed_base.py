"""Up to which commit of base its moves were followed: one line in our folder of the repository."""

from __future__ import annotations

from contextlib import suppress

from parallel_tui.adapters import small_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Final

_DIGITS: Final = frozenset("0123456789abcdef")


class FollowedBaseFile:
    """Implements `ports.landing.lines.FollowedBase`.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> tuple[str, str] | None:
        """See `FollowedBase.read`; anything but a reference and a commit counts as nothing."""
        try:
            told = small_file.read(str(self._path)).decode("utf-8").rstrip("\n")
        except (OSError, UnicodeDecodeError):
            return None
        ref, _, commit = told.rpartition(" ")
        fits = ref.startswith("refs/") and len(commit) in (40, 64) and set(commit) <= _DIGITS
        return (ref, commit) if fits else None

    def write(self, ref: str, commit: str) -> None:
        """See `FollowedBase.write`."""
        from parallel_tui.adapters.disk.files import write_atomically

        with suppress(OSError, UnicodeEncodeError):
            write_atomically(self._path, f"{ref} {commit}\n".encode())
