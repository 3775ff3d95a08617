"""The train: base with all ready sessions landed, as one chain of commits. Pure values."""

from __future__ import annotations

from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from parallel_tui.model.proving.proof import LeftOut
    from parallel_tui.model.session.repository import Base

REF: Final = "refs/pdev/train"
"""Where it is kept. Git pushes no such reference unless somebody names it."""


@dataclass(frozen=True, slots=True)
class Carriage:
    """A session aboard.

    Attributes:
        session: Its name.
        branch: Its branch.
        commit: Its last commit.
        landed: Commit of the train with it landed.
        tree: Tree of that.
        proved: Whether it was proved together with others, as it is now.
    """

    session: str
    branch: str
    commit: str
    landed: str
    tree: str
    proved: bool = False


@dataclass(frozen=True, slots=True)
class Train:
    """Who is aboard, and who is not.

    Attributes:
        base: What they land on.
        strategy: How.
        aboard: They, in the order in which they land.
        out: Who is not aboard, and why.
        at: Commit that the reference stands at; `None` when there is none.
    """

    base: Base
    strategy: str
    aboard: tuple[Carriage, ...]
    out: tuple[LeftOut, ...]
    at: str | None = None

    @property
    def commit(self) -> str | None:
        """Where the reference belongs; `None` while nobody is aboard."""
        return self.aboard[-1].landed if self.aboard else None

    @property
    def current(self) -> bool:
        """Whether the reference stands there."""
        return self.at == self.commit


def message(session: str, branch: str, commit: str) -> str:
    """What a commit of the train says of itself."""
    name = " ".join(session.split()) or "a session"
    return f"Land {name} (simulated)\n\n{branch} at {commit}.\n"
