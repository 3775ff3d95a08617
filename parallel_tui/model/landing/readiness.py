"""Whether a session may land: conditions, each with its evidence. Pure."""

from __future__ import annotations

from enum import StrEnum

from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

    from parallel_tui.model.policy.evaluate import Touch
    from parallel_tui.model.session.git_status import StatusEntry
    from parallel_tui.model.session.worktree import Worktree

CLAIM: Final = "tests pass"
"""Words in the subject of a last commit by which a session says that its tests pass (guide)."""


class Needed(StrEnum):
    """A condition of being ready."""

    BRANCH = "branch"
    """It has a worktree with a branch of its own."""
    OPERATION = "operation"
    """No rebase, merge or the like is half done."""
    CLEAN = "clean"
    """Nothing is uncommitted."""
    AHEAD = "ahead"
    """It has something that base does not have."""
    LEFT = "left"
    """Base does not have its work already by other commits, as after a squash."""
    CHECK = "check"
    """Its tests pass at this very commit."""
    BOUNDARIES = "boundaries"
    """It changed nothing that is another's."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition, and how it stands.

    Attributes:
        needed: Which.
        met: Whether it is met; `None` when that is not known, which counts as no.
        evidence: What was seen, in words.
        paths: Files that it is about.
        others: Sessions that it is about.
    """

    needed: Needed
    met: bool | None
    evidence: str
    paths: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SeenWork:
    """What a live view knows already of what a plan asks, so that nobody is asked once more.

    Attributes:
        heads: The commit of each worktree when it was looked at, by git directory.
        entries: What was not committed in it, by git directory.
        touches: Changes that are not plainly allowed; `None` where that is not known.
    """

    heads: Mapping[str, str | None]
    entries: Mapping[str, tuple[StatusEntry, ...]]
    touches: tuple[Touch, ...] | None = None

    def uncommitted(self, tree: Worktree) -> tuple[StatusEntry, ...] | None:
        """What is not committed in a worktree; `None` where it has moved since, or is not known."""
        same = self.heads.get(tree.git_dir) == tree.head and tree.operation is None
        return self.entries.get(tree.git_dir) if same else None


@dataclass(frozen=True, slots=True)
class Tip:
    """The last commit of a branch.

    Attributes:
        commit: Object id.
        tree: Its tree.
        committed: When, in epoch seconds.
        subject: First line of its message.
    """

    commit: str
    tree: str
    committed: int
    subject: str


def unmet(conditions: tuple[Condition, ...]) -> tuple[Condition, ...]:
    """What keeps a session from being ready; empty when it is."""
    return tuple(each for each in conditions if each.met is not True)


def claims(subject: str | None) -> bool:
    """Whether the subject of a last commit says that its tests pass."""
    return CLAIM in (subject or "")


def claimed(tip: Tip) -> Condition:
    """What the last commit says of itself where no command checks it (guide: coordinate-merge)."""
    if claims(tip.subject):
        return Condition(Needed.CHECK, True, f"its last commit says {CLAIM!r}")
    return Condition(Needed.CHECK, None, f"nothing says that its tests pass at {tip.commit[:10]}")
