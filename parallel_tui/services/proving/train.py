"""Build the train, keep its reference, and show it in a directory of its own."""

from __future__ import annotations

from contextlib import closing

from parallel_tui.advice import Act, Advice
from parallel_tui.errors import CouldNotLookError, RefusedError
from parallel_tui.model.landing.dependencies import dependents
from parallel_tui.model.landing.plan import Strategy
from parallel_tui.model.proving.proof import LeftOut, marks
from parallel_tui.model.proving.train import Carriage, Train, message
from parallel_tui.record import dataclass, replace
from parallel_tui.services.proving.candidates import Stack

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from parallel_tui.model.proving.proof import Member, ProofMarks
    from parallel_tui.ports.overlaps import LandingLook
    from parallel_tui.ports.proving.proofs import Proofs
    from parallel_tui.ports.proving.train import Previews, TrainRef
    from parallel_tui.services.proving.candidates import CandidateFinder, Candidates


@dataclass(frozen=True, slots=True)
class Trains:
    """Builds the train.

    Attributes:
        finder: Says who is ready, and in which order they land.
        look: Simulates landings.
        ref: The reference.
        proofs: Says who is known to break others.
        previews: The directory that shows it.
        commands: What checks sessions.
    """

    finder: CandidateFinder
    look: LandingLook
    ref: TrainRef
    proofs: Proofs
    previews: Previews
    commands: tuple[str, ...]

    def show(self, *, strategy: Strategy | None = None, checked: bool = True) -> Train:
        """Who would be aboard now, and where the reference stands; changes nothing.

        Args:
            strategy: How sessions are landed; as configured by default.
            checked: Whether only those are aboard whose own check has passed.

        Raises:
            UsageError: As for `LandingPlanner.plan`.
            CouldNotLookError: When git gave no answer, or is too old to simulate.
        """
        return self._built(strategy, checked, lambda commit, pack: None)

    def update(self, *, strategy: Strategy | None = None, checked: bool = True) -> Train:
        """Move the reference to where it belongs; without anybody aboard it is deleted.

        Args:
            strategy: As for `show`.
            checked: As for `show`.

        Raises:
            UsageError: As for `show`.
            CouldNotLookError: As for `show`, or when git cannot move it.
        """
        before = self.ref.read()

        def move(commit: str | None, pack: Callable[[], bytes]) -> None:
            if commit != before:
                self.ref.move(commit, before, b"" if commit is None else pack())

        return replace(self._built(strategy, checked, move), at=self.ref.read())

    def drop(self) -> str | None:
        """Delete the reference, and return where it stood; `None` when there is none.

        Raises:
            GitError: When git cannot.
        """
        before = self.ref.read()
        if before is not None:
            self.ref.move(None, before, b"")
        return before

    def preview(self, directory: str | None = None) -> str:
        """Check the train out in a directory of its own, which is no session.

        Args:
            directory: Where; by default where it is already, else beside the main worktree.

        Returns:
            The directory.

        Raises:
            RefusedError: When there is no train, the directory is somebody else's, or it has
                changes that would be lost.
            CouldNotLookError: When git cannot check it out.
        """
        commit = self.ref.read()
        if commit is None:
            raise RefusedError(
                "There is no train to show", advice=(Advice("Make it: ", Act.TRAIN),)
            )
        return self.previews.show(commit, directory)

    def _built(
        self,
        strategy: Strategy | None,
        checked: bool,
        use: Callable[[str | None, Callable[[], bytes]], None],
    ) -> Train:
        some = self.finder.find(strategy=strategy, checked=checked)
        known = marks(self.proofs.all(), some.heads, some.base.oid, commands=self.commands)
        members, out = _without_breaks(some, known)
        with closing(self.look.begin(some.base.oid, some.heads, some.strategy)) as trial:
            stack = Stack(trial)
            tips = self.look.tips([each.commit for each in members]) if members else {}
            aboard: list[Carriage] = []
            names: tuple[str, ...] = ()
            when = 0
            for each in members:
                reached = stack.reached((*names, each.session))
                if isinstance(reached, LeftOut):
                    out.append(reached)
                    continue
                names = (*names, each.session)
                proved = any(each.session in group for group, _ in known.together)
                made = Carriage(
                    each.session, some.branches[each.session], each.commit, "", reached.tree, proved
                )
                below = aboard[-1].landed if aboard else some.base.oid
                when = max(when, tips[each.commit].committed)
                landed = _commit(stack, made, below, some.strategy, when)
                aboard.append(replace(made, landed=landed))
            train = Train(
                some.base,
                some.strategy.value,
                tuple(aboard),
                (*some.out, *out),
                self.ref.read(),
            )
            end = train.commit
            if end is None and (unknown := [each for each in train.out if each.unknown]):
                # That there is nobody aboard is not known then.
                raise CouldNotLookError(
                    f"{unknown[0].session} could not be tried: {unknown[0].why}",
                    hint="The train was left where it is.",
                )
            use(end, lambda: trial.pack(end or ""))
        return train


def _without_breaks(some: Candidates, known: ProofMarks) -> tuple[Sequence[Member], list[LeftOut]]:
    """Those that are aboard: of some that are known to break base together, the last one is not."""
    gone: dict[str, str] = {}
    for broken, _ in known.breaks:
        names = [each for each in broken.sessions if each not in gone]
        if len(names) < len(broken.sessions) or not set(names) <= set(some.names):
            continue
        last = max(names, key=some.names.index)
        others = ", ".join(each for each in names if each != last)
        against = f"it breaks {some.base.name}"
        gone[last] = (f"{against} together with {others}" if others else against) + (
            f": {', '.join(broken.tests[:3])}"
        )
        for each in dependents(last, some.needs):
            gone.setdefault(each, f"it lands after {last}, which breaks {some.base.name}")
    members = [each for each in some.members if each.session not in gone]
    return members, [LeftOut(name, why) for name, why in gone.items() if name in some.names]


def _commit(stack: Stack, made: Carriage, below: str, strategy: Strategy, when: int) -> str:
    parents = (below, made.commit) if strategy is Strategy.MERGE else (below,)
    words = message(made.session, made.branch, made.commit)
    # The same train is the same commit: it is as old as the newest that is in it.
    return stack.trial.commit(made.tree, parents, words, when)
