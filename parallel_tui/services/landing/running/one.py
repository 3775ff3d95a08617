"""Land one session: write down what will be done, do it, prove it, or put base back."""

from __future__ import annotations

from parallel_tui.errors import GitError, ParallelError, RefusedError
from parallel_tui.model.landing.plan import Strategy
from parallel_tui.model.landing.record import Aim, LandingRecord, Running, landing_ended
from parallel_tui.model.landing.simulation import Clash, Reached
from parallel_tui.model.lifecycle.recovery import End
from parallel_tui.model.sync.backup_ref import BackupRef, Keeps
from parallel_tui.record import dataclass, replace
from parallel_tui.services.moves.settling import not_restored

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from parallel_tui.model.landing.plan import Turn
    from parallel_tui.model.lifecycle.recovery import Settled
    from parallel_tui.model.session.worktree import Worktree
    from parallel_tui.model.sync.rewriting import Rewriting
    from parallel_tui.model.sync.sync import Standing
    from parallel_tui.ports.landing.run import LandingHistory, LandingSteps
    from parallel_tui.ports.overlaps import LandingLook, LandingTrial
    from parallel_tui.ports.sync import SyncPreview, SyncSteps
    from parallel_tui.services.landing.running.place import BasePlace


def backup_of(record: LandingRecord) -> BackupRef:
    """What keeps the commit that base stood at before a run."""
    return BackupRef(record.time, record.base, Keeps.LANDING)


@dataclass(slots=True)
class Landing:
    """Lands the sessions of one run. The caller holds the guard of syncs.

    What is about to be done to base is on disk before it is done.

    Attributes:
        look: Simulates.
        tips: Knows where branches stand.
        lands: Lands.
        acts: Proves how worktrees stand, and gives them back.
        place: Knows where base is checked out.
        records: Where `record` is kept.
        record: What this run did.
        settle: Recovers the run as the next command would, from what is on disk.
        resolved: Whether conflicts land as they were resolved before.
    """

    look: LandingLook
    tips: SyncPreview
    lands: LandingSteps
    acts: SyncSteps
    place: BasePlace
    records: LandingHistory
    record: LandingRecord
    settle: Callable[[], Iterable[Settled]]
    resolved: bool = False

    def one(self, rest: Sequence[Turn]) -> None:
        """Land the first of some turns, all of which were shown to land one upon the other.

        Raises:
            RefusedError: When anything is not as it was shown, or git refuses; base stands as
                before then.
            GitError: When git gave no answer; the same.
            NotRestoredError: When base could not be proved to stand as before.
        """
        turn, at, strategy = rest[0], self.record.after, self.record.strategy
        tree = self.place.home(self.record.base)
        self._demand_still(turn, tree, at)
        heads = {each.session: each.commit for each in rest}
        trial = self.look.begin(at, heads, strategy, resolved=self.resolved)
        try:
            _demand_as_shown(trial, rest)
            # What git itself would stop at is made of what was simulated, too.
            made = tree is None or strategy is Strategy.REBASE or bool(turn.resolved)
            new = self.lands.make(trial, turn, at, strategy) if made else ""
        finally:
            trial.close()
        if tree is not None and (paths := self.lands.overwritten(tree, turn.commit)):
            raise RefusedError(
                f"{turn.session} brings {paths[0]!r}, and a file of that name that git does not "
                f"track is in {tree.path}",
                hint="Move it away; landing would replace it.",
            )
        if tree is None and self.place.home(self.record.base) is not None:
            raise RefusedError(f"{self.record.base} was checked out by others meanwhile")
        self._begin(turn, tree, at, new)
        if tree is None:
            self._swap(at, new)
        else:
            self._in_worktree(turn, tree, at, new)

    def _demand_still(self, turn: Turn, tree: Worktree | None, at: str) -> None:
        """Check that base and the session stand where they were shown to stand."""
        base = tree.head if tree is not None else self.tips.commit_of(self.record.ref)
        if base != at:
            raise RefusedError(
                f"{self.record.base} was moved to {(base or 'nothing')[:10]} by others meanwhile",
                hint="Look at a new plan.",
            )
        tip = self.tips.commit_of(f"refs/heads/{turn.branch}")
        if tip != turn.commit:
            now = f"moved on to {tip[:10]}" if tip else "lost its branch"
            raise RefusedError(
                f"{turn.session} has {now} since the plan was made", hint="Look at a new plan."
            )

    def _begin(self, turn: Turn, tree: Worktree | None, at: str, new: str) -> None:
        running = Running(
            Aim.LAND,
            turn.session,
            turn.branch,
            turn.commit,
            turn.tree,
            at,
            new,
            tree.git_dir if tree is not None else "",
            self.acts.standing(tree) if tree is not None else None,
        )
        first = not self.record.landed
        self.record = replace(self.record, running=running)
        self.records.save(self.record)  # first: its name keeps that of the backup unique
        if first:
            try:
                self.acts.backup(backup_of(self.record).name, at)
            except ParallelError:
                self._taken_back()
                raise

    def _swap(self, at: str, new: str) -> None:
        try:
            self.lands.swap(self.record.ref, at, new)
        except RefusedError:
            if self.tips.commit_of(self.record.ref) != new:
                self._taken_back()
                raise
        self._landed(new)

    def _in_worktree(self, turn: Turn, tree: Worktree, at: str, new: str) -> None:
        strategy, before = self.record.strategy, self._standing
        why = hint = ""
        died = False
        try:
            done = self._by_git(turn, tree, at, new, strategy)
            now = self.acts.again(tree)
            if done.done and now.operation is None and now.branch == tree.branch and now.head:
                self._prove(turn, now, now.head, at, before)
                return
            why, hint = done.conflict or done.why, done.hint
        except GitError as error:
            why, hint, died = error.message, error.hint, (error.status or 0) < 0
        except ParallelError:
            raise
        except BaseException:  # interrupted: give base back before anything else
            self._give_back(tree, at, before)
            raise
        self._give_back(tree, at, before, died=died)
        raise RefusedError(f"{turn.session} was not landed: {why}", hint=hint)

    def _by_git(
        self, turn: Turn, tree: Worktree, at: str, new: str, strategy: Strategy
    ) -> Rewriting:
        if new:
            return self.lands.forward(tree, new)
        message = self.lands.message(turn, at, strategy)
        if strategy is Strategy.SQUASH:
            return self.lands.squash(tree, turn.commit, message)
        return self.lands.merge(tree, turn.commit, message)

    def _prove(self, turn: Turn, now: Worktree, head: str, at: str, before: Standing) -> None:
        """Check what git made; put base back where it is anything else than what was shown."""
        made, parents = self.lands.contents(head)
        forward = head in (turn.commit, (self.record.running and self.record.running.new))
        started = at if forward else next(iter(parents), at)
        if made == turn.tree and started == at:
            self._landed(head)
            return
        if arrived := self.lands.arrived(head, at, turn.tree):
            self._landed(arrived)  # a hook that runs at the end has committed on top of it
            return
        self.acts.reset(now, self.record.base, head, started)
        left = self.acts.left(now, replace(before, head=started, original=None))
        if left:
            raise not_restored(self.record.base, now, started, left, ())
        self._taken_back()
        if started != at:
            raise RefusedError(
                f"{self.record.base} was moved to {started[:10]} by others at the very moment, "
                f"and {turn.session} was not landed",
                hint="Look at a new plan.",
            )
        raise RefusedError(
            f"Landing {turn.session} gave other files than were shown, and was taken back",
            hint="A hook or a merge driver changed them: look at what git's hooks do.",
        )

    def _give_back(self, tree: Worktree, at: str, before: Standing, *, died: bool = False) -> None:
        try:
            self.acts.abort(self.acts.again(tree), before)
            left = self.acts.left(tree, before)
            hook, running = backup_of(self.record).hook.name, self.record.running
            made = running.tree if running is not None else ""
            if left and self.lands.put_back(self.acts.again(tree), at, made, hook):
                self.acts.abort(self.acts.again(tree), before)  # for what git notes of that
                left = self.acts.left(tree, before)
        except ParallelError as error:
            left = (error.message,)
        locks = self.acts.locks(tree, self.record.base) if left or died else ()
        if died and locks and not left:  # git itself was killed; recovery takes its locks away
            left = (f"git was killed and left {locks[0]}",)
        # Git's own way back needs what it was just refused, such as a hook's consent.
        if left:
            self.acts.close()  # or it would wait for our own helper
        if left and not any(each.end is End.TAKEN_BACK for each in self.settle()):
            raise not_restored(self.record.base, tree, backup_of(self.record).name, left, locks)
        self._taken_back()

    @property
    def _standing(self) -> Standing:
        running = self.record.running
        if running is None or running.standing is None:
            raise RefusedError("Nothing is under way")
        return running.standing

    # How it ended is written with what comes next: of a run that is killed in between, it is told
    # by where base stands.

    def _landed(self, after: str) -> None:
        self.record = landing_ended(self.record, after)

    def _taken_back(self) -> None:
        self.record = landing_ended(self.record, None)


def _demand_as_shown(trial: LandingTrial, rest: Sequence[Turn]) -> None:
    """Land all that is left once more, upon what base is now.

    Raises:
        RefusedError: When any of it comes to something else than what was shown.
    """
    here = trial.start()
    for turn in rest:
        (told,) = trial.land(here, [turn.session])
        if isinstance(told, Clash) and told.unknown:
            raise RefusedError(
                f"{turn.session} could not be tried once more before it lands: {told.unknown}",
                hint="Mend that, then try again.",
            )
        if isinstance(told, Clash):
            raise RefusedError(
                f"{turn.session} does not land any more as it was shown: it conflicts in "
                f"{', '.join(told.paths[:3])}",
                hint="Look at a new plan.",
            )
        if isinstance(told, Reached) and told.tree != turn.tree:
            raise RefusedError(
                f"Landing {turn.session} would give other files than were shown",
                hint="Look at a new plan.",
            )
        here = told
