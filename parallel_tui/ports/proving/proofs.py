"""Port for what was proved, and what is being proved.

Each answers with model values or raises a `ParallelError`; nothing here returns an empty result for
a question that could not be answered.
"""

from __future__ import annotations

from typing import Protocol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from parallel_tui.model.proving.proof import JointProof, Member


class Proofs(Protocol):
    """Keeps what was proved, for everybody who shows it."""

    def all(self) -> tuple[JointProof, ...]:
        """What was proved, newest first; what cannot be read counts as never proved."""
        ...

    def running(self) -> tuple[Member, ...]:
        """Sessions that are being proved at this moment."""
        ...

    def keep(self, proof: JointProof) -> None:
        """Keep a proof instead of an older one of the same sessions.

        Raises:
            CouldNotLookError: When it cannot be kept.
        """
        ...

    def begin(self, members: Sequence[Member]) -> AbstractContextManager[None]:
        """Say that some sessions are being proved, until the end of the block."""
        ...
