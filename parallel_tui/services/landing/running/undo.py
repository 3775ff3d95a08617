"""Undo a run of landings: put base back to where it stood, while nobody else has what landed."""

from __future__ import annotations

from parallel_tui.advice import Act, Advice
from parallel_tui.errors import ParallelError, RefusedError, UsageError
from parallel_tui.model.landing.record import Aim, LandingRecord, Running
from parallel_tui.model.scope import COORDINATION, TOPOLOGY, status_of
from parallel_tui.record import dataclass, replace
from parallel_tui.services.landing.running.one import backup_of
from parallel_tui.services.receipt import Receipt
from parallel_tui.services.trash.toolbox import demand_settled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from parallel_tui.model.session.worktree import Worktree
    from parallel_tui.ports.landing.run import LandingRemote, LandingSteps
    from parallel_tui.ports.sync import SyncPreview, SyncSteps
    from parallel_tui.services.landing.running.news import LandingNews
    from parallel_tui.services.landing.running.place import BasePlace
    from parallel_tui.services.landing.running.recovery import LandingSettler
    from parallel_tui.services.trash.toolbox import Tools


@dataclass(frozen=True, slots=True)
class LandingUndo:
    """Undoes runs.

    Attributes:
        tips: Knows where branches stand.
        lands: Knows the history.
        acts: Moves base.
        place: Knows where base is checked out.
        remote: What remotes are known to have.
        tools: For the way in, and the records.
        news: Journal lines and events.
        settler: Recovers runs.
    """

    tips: SyncPreview
    lands: LandingSteps
    acts: SyncSteps
    place: BasePlace
    remote: LandingRemote
    tools: Tools
    news: LandingNews
    settler: LandingSettler

    def all(self) -> Iterator[LandingRecord]:
        """Runs that were neither undone nor pushed, newest first.

        One that cannot be read is passed over.
        """
        for name in self.tools.landings.times():
            try:
                record = self.tools.landings.load(name)
            except ParallelError:
                continue  # it is told by whoever names it
            if record.undoable and record.pushed is None:
                yield record

    def demand(self, wanted: str) -> None:
        """Say why a run cannot be undone, by its record alone.

        Args:
            wanted: Name of the run, or anything else.

        Raises:
            RefusedError: When it was undone or pushed.
            CouldNotLookError: When its record cannot be read.
        """
        try:
            record = self.tools.landings.load(wanted)
        except UsageError:
            return
        _demand_undoable(record)

    def undo(self, wanted: str) -> Receipt:
        """Put base back to where it stood before a run, and its worktree's files with it.

        What had landed is kept by a reference.

        Args:
            wanted: Name of the run.

        Raises:
            UsageError: When there is no such run.
            RefusedError: When it was undone already, a remote has what landed, base has gone on,
                or its worktree is not clean.
            CouldNotLookError: When git gave no answer.
        """
        try:
            with self.tools.syncing() as settled:
                settled = (*settled, *self.settler.rest(settled))
                record = self.tools.landings.load(wanted)
                self._demand(record)
                tree = self.place.home(record.base)
                if tree is not None:
                    demand_settled(settled, tree.git_dir, record.base)
                return self._undo(record, tree)
        finally:
            self.acts.close()

    def _demand(self, record: LandingRecord) -> None:
        _demand_undoable(record)
        first = record.landed[0].after
        for ref, oid in self.remote.tracking(record.base).items():
            if self.lands.contains(oid, first):
                raise RefusedError(
                    f"{ref.removeprefix('refs/remotes/')} has what landed, so {record.base} is "
                    "not put back",
                    hint="git revert takes it back for everybody.",
                )
        tip = self.tips.commit_of(record.ref)
        if tip != record.after:
            now = f"stands at {tip[:10]} since" if tip else "is gone"
            raise RefusedError(
                f"{record.base} {now}, not at {record.after[:10]} as the landing left it, and was "
                "left alone",
                hint=f"Where it stood before is kept as {backup_of(record).name}.",
            )

    def _undo(self, record: LandingRecord, tree: Worktree | None) -> Receipt:
        last = record.landed[-1]
        running = Running(
            Aim.UNDO,
            "",
            "",
            "",
            "",
            record.after,
            record.before,
            tree.git_dir if tree is not None else "",
            self.acts.standing(tree) if tree is not None else None,
        )
        kept = backup_of(record).undone.name
        if self.tips.commit_of(kept) is None:
            self.acts.backup(kept, last.after)
        records = self.tools.landings
        records.save(replace(record, running=running))
        try:
            self.acts.reset(tree, record.base, record.after, record.before)
        except RefusedError:
            records.close(record)  # git refused, and changed nothing
            raise
        done = replace(record, undone=True)
        warnings = self.news.undone(done)
        try:
            records.close(done)
        except RefusedError as error:
            warnings = (*warnings, error.message)
        homes = (status_of(tree.git_dir),) if tree is not None else ()
        names = ", ".join(record.sessions)
        return Receipt(
            f"{record.base} is back at {record.before[:10]}, without {names}",
            scopes=(TOPOLOGY, *homes, COORDINATION),
            warnings=warnings,
        )


def _demand_undoable(record: LandingRecord) -> None:
    if record.running is not None:
        raise RefusedError(f"The landing {record.time} is not settled yet")
    if not record.undoable:
        raise RefusedError(
            f"{record.time} was undone already", advice=(Advice("See: ", Act.HISTORY),)
        )
    if record.pushed is not None:
        raise RefusedError(
            f"The landing was pushed to {record.pushed.name}, where others may have it",
            hint="git revert takes it back for everybody.",
        )
