"""One marked block in `<common git dir>/info/exclude`, which all worktrees share.

Files that only a running session needs must never show as untracked, in any worktree, and the
project's own `.gitignore` is not ours to change.
"""

from __future__ import annotations

from parallel_tui.adapters.disk import drafts, reading
from parallel_tui.model.lifecycle.runtime_files import EXCLUDED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Final

BEGIN: Final = b"# >>> pdev: runtime files of parallel sessions >>>\n"
END: Final = b"# <<< pdev <<<\n"

RUNTIME: Final = (
    *EXCLUDED,
    drafts.PATTERN,
    "/.claude/.parallel-state.json.*.tmp",
    "/.claude/.session-*-tasks.md.*.tmp",
    "/.claude/.status.md.*.tmp",
)
"""Patterns, from the root of each worktree: the guide's runtime files, ours, and what is being
written; the last three are what earlier versions left when they were killed."""

_BLOCK: Final = BEGIN + "".join(f"{line}\n" for line in RUNTIME).encode() + END


def stands(common_dir: str) -> bool:
    """Whether the block is there and up to date, as it is for every command but the first."""
    raw = reading.read(f"{common_dir}/info/exclude", follow=True) or b""
    return _split(raw)[1] == _BLOCK


def add(common_dir: Path) -> bool:
    """Write the block, or update it. Other lines are not touched.

    Returns:
        Whether the file was changed.

    Raises:
        OSError: When it cannot be written.
        UnusableFileError: When it cannot be read.
    """
    path = common_dir / "info" / "exclude"
    before = contents(common_dir) or b""
    head, found, rest = _split(before)
    if found == _BLOCK:
        return False
    if head and not head.endswith(b"\n"):
        head += b"\n"
    from parallel_tui.adapters.disk.files import write_atomically

    write_atomically(path, head + _BLOCK + rest)
    return True


def remove(common_dir: Path, before: bytes | None) -> None:
    """Remove the block.

    Args:
        common_dir: The repository's.
        before: Contents before `add`, `None` for no file: put back exactly if nothing but the
            block has changed since; otherwise only the block is cut out.
    """
    path = common_dir / "info" / "exclude"
    standing = contents(common_dir)
    if standing is None:
        raise FileNotFoundError(path)
    head, found, rest = _split(standing)
    if not found:
        return
    from parallel_tui.adapters.disk.files import write_atomically

    left = head + rest
    if before is None and not left:
        path.unlink()
    elif before is not None and left in (before, before + b"\n"):
        write_atomically(path, before)
    else:
        write_atomically(path, left)


def contents(common_dir: Path) -> bytes | None:
    """Contents of the file; `None` without one.

    Raises:
        UnusableFileError: When something else stands there.
    """
    return reading.read(common_dir / "info" / "exclude", follow=True)


def has_block(content: bytes | None) -> bool:
    """Whether the contents include the beginning of our block."""
    return content is not None and BEGIN in content


def _split(data: bytes) -> tuple[bytes, bytes, bytes]:
    """Text before the block, the block, and text after; an incomplete block counts as text."""
    end = data.find(END)
    while end >= 0:
        # The nearest beginning: an unfinished block further up is not ours to swallow.
        start = data.rfind(BEGIN, 0, end)
        if start >= 0:
            stop = end + len(END)
            return data[:start], data[start:stop], data[stop:]
        end = data.find(END, end + 1)
    return data, b"", b""
