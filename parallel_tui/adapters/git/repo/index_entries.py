"""Index entries that git treats specially: submodules and skipped files."""

from __future__ import annotations

from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Final

LISTING: Final = ("ls-files", "--stage", "-v", "-z")
"""Command of git that tells of all that is tracked, with marks."""

_SUBMODULE: Final = "160000"


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One entry of an index.

    Attributes:
        path: Relative to the top of the worktree.
        tag: What `ls-files -v` calls it: `S` for skip-worktree, small letters for assume-unchanged.
        mode: Six octal digits.
        oid: Of its object.
        stage: `0` unless it is unmerged.
    """

    path: str
    tag: str
    mode: str
    oid: str
    stage: str

    @property
    def is_submodule(self) -> bool:
        """Whether it is a submodule."""
        return self.mode == _SUBMODULE

    @property
    def may_be_missing(self) -> bool:
        """Whether git expects no file there (skip-worktree)."""
        return self.tag in ("S", "s")


def special(records: Iterable[str]) -> Iterator[IndexEntry]:
    """Parse submodules and files marked skip-worktree or assume-unchanged from `LISTING`.

    Args:
        records: Its fields.
    """
    for record in records:
        info, _, path = record.partition("\t")
        tag, mode, oid, stage = info.split(" ")
        if mode == _SUBMODULE or tag == "S" or tag.islower():
            yield IndexEntry(path, tag, mode, oid, stage)
