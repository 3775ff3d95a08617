"""Read what is known of sessions' tests: of each by itself, and of several landed together."""

from __future__ import annotations

from parallel_tui.engine.table import Row, always
from parallel_tui.errors import GitError
from parallel_tui.model.fact import known
from parallel_tui.model.landing.check import CheckKey
from parallel_tui.model.landing.standing import KnownTests
from parallel_tui.model.proving.proof import marks
from parallel_tui.model.scope import Look

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final

    from parallel_tui.engine.facts import Facts
    from parallel_tui.ports.disk import Checks
    from parallel_tui.ports.overlaps import LandingLook
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


class CheckReader:
    """Keeps `Facts.checked` up to date; asks git once for each lot of new commits.

    Args:
        kept: How checks ended.
        look: Says which tree a commit has.
        commands: What checks sessions; not empty.
        facts: Where inputs come from and answers go.
        changed: Called after an answer that differs is in.
    """

    name: Final = "checks"
    looks: Final[frozenset[Look]] = frozenset({Look.PROOFS})

    def __init__(
        self,
        kept: Checks,
        look: LandingLook,
        commands: tuple[str, ...],
        facts: Facts,
        changed: Callable[[], None],
    ) -> None:
        self._kept = kept
        self._look = look
        self._commands = commands
        self._facts = facts
        self._changed = changed
        self._trees: dict[str, str] = {}
        # Else subjects would count until the first answer.
        facts.put(checked=KnownTests({}))

    def row(self) -> Row:
        """Its row among the sources."""
        return Row(source=self, first=None, awaited=False, after={"topology": always})

    def read(self) -> float | None:
        """Read it again; returns seconds to the next look unasked.

        Checks that another program runs are noticed by that alone: to read a record marks its file
        as used, so the folder is not watched.
        """
        heads = {tree.head for tree in self._facts.live_trees() if tree.head is not None}
        new = sorted(heads - self._trees.keys())
        if new:
            try:
                found = self._look.tips(new)
            except GitError:
                return RECONCILE
            self._trees |= {head: tip.tree for head, tip in found.items()}
        self._trees = {head: tree for head, tree in self._trees.items() if head in heads}
        system = self._kept.environment
        passed: dict[str, bool] = {}
        for head, tree in self._trees.items():
            record = self._kept.record(CheckKey(tree, self._commands, system))
            if record is not None:
                passed[head] = record.passed
        if self._facts.put(checked=KnownTests(passed)):
            self._changed()
        return RECONCILE
