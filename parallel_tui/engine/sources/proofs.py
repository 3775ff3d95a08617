"""Read what was proved of sessions landed together, and say what that means of them now."""

from __future__ import annotations

from parallel_tui.engine.table import Row, always
from parallel_tui.model.fact import known
from parallel_tui.model.proving.proof import marks
from parallel_tui.model.scope import Look

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final

    from parallel_tui.engine.facts import Facts
    from parallel_tui.ports.proving.proofs import Proofs

RECONCILE: Final = 60.0
"""Seconds after which a proof whose process was killed is not taken for a running one any more."""


class ProofReader:
    """Keeps `Facts.proofs` up to date; asks git nothing.

    Args:
        proofs: What was proved.
        commands: What checks sessions.
        facts: Where inputs come from and answers go.
        changed: Called after an answer that differs is in.
    """

    name: Final = "proofs"
    looks: Final[frozenset[Look]] = frozenset({Look.PROOFS})

    def __init__(
        self,
        proofs: Proofs,
        commands: tuple[str, ...],
        facts: Facts,
        changed: Callable[[], None],
    ) -> None:
        self._proofs = proofs
        self._commands = commands
        self._facts = facts
        self._changed = changed

    def row(self) -> Row:
        """Its row among the sources."""
        return Row(source=self, first=None, awaited=False, after={"topology": always})

    def read(self) -> float | None:
        """Read it again; returns seconds to the next look unasked."""
        base = known(self._facts.base)
        if base is None:
            return None
        running = self._proofs.running()
        heads = {
            each.name: each.worktree.head
            for each in self._facts.joined()
            if each.worktree is not None and each.worktree.head is not None
        }
        found = marks(self._proofs.all(), heads, base.oid, commands=self._commands, running=running)
        if self._facts.put(proofs=found):
            self._changed()
        return RECONCILE if running else None
