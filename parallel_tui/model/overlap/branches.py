"""One commit beside the branches of a remote repository. Pure."""

from __future__ import annotations

from enum import StrEnum

from parallel_tui.model.overlap.verdict import Verdict
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.model.fact import Unknown
    from parallel_tui.model.session.branch import Branch


class Relation(StrEnum):
    """What another branch is to the commit that is judged."""

    APART = "apart"
    PART_OF_OURS = "part of ours"
    """All its work is in ours: it was merged into it, or ours is built on it."""
    HAS_OURS = "has ours"
    """All of ours is in its work: it is built on ours."""


@dataclass(frozen=True, slots=True)
class OtherBranch:
    """Another branch and how it goes together with the commit that is judged.

    Attributes:
        branch: It.
        verdict: The verdict, or why there is none.
        relation: Whether one of the two is a part of the other.
    """

    branch: Branch
    verdict: Verdict | Unknown
    relation: Relation = Relation.APART

    @property
    def meets(self) -> bool:
        """Whether it and ours are different work that changes the same files."""
        return (
            self.relation is Relation.APART
            and isinstance(self.verdict, Verdict)
            and self.verdict.level > 0
        )


@dataclass(frozen=True, slots=True)
class JudgedCommit:
    """What one commit comes to.

    Attributes:
        verdict: Against base, or why that is not known.
        others: Against other branches, in the order given.
    """

    verdict: Verdict | Unknown
    others: tuple[OtherBranch, ...]
