"""Proofs that a branch's work is in base."""

from __future__ import annotations

from enum import StrEnum

from parallel_tui.record import dataclass


class Proof(StrEnum):
    """Kind of proof; the cheapest first."""

    ANCESTOR = "ancestor"
    SAME_TREE = "same tree"
    ADDS_NOTHING = "merge adds nothing"
    PATCH_ID = "patch-id"
    EACH_PATCH = "patch-id of each commit"


_WORDS = {
    Proof.ANCESTOR: "every commit of it is in {target}",
    Proof.SAME_TREE: "its files are those of {target}",
    Proof.ADDS_NOTHING: "merging it into {target} would change nothing",
    Proof.PATCH_ID: "{via} in {target} is the same change as the whole branch",
    Proof.EACH_PATCH: "each commit of it was applied to {target} by itself, {via} the last",
}


@dataclass(frozen=True, slots=True)
class MergeVerdict:
    """Result of proving that one branch was merged.

    Attributes:
        proof: Why it counts as merged; `None` when it does not.
        target: Branch it is merged to; empty when it is not.
        via: Commit that brought it in, where one was found.
        why_not: Why it is no candidate, also when it is merged (`it was reverted since`); empty
            when it is one.
        unknown: Whether it could not be judged; `why_not` says why.
    """

    proof: Proof | None = None
    target: str = ""
    via: str | None = None
    why_not: str = ""
    unknown: bool = False

    @property
    def merged(self) -> bool:
        """Whether the branch is proved merged, so that it can be cleaned up."""
        return self.proof is not None and not self.why_not

    @property
    def words(self) -> str:
        """The proof, or why there is none, in one sentence."""
        if self.proof is None or self.why_not:
            return self.why_not
        return _WORDS[self.proof].format(target=self.target, via=(self.via or "")[:10])


@dataclass(frozen=True, slots=True)
class Target:
    """A branch that work is merged into.

    Attributes:
        name: Short name.
        oid: Commit it stands at.
    """

    name: str
    oid: str
