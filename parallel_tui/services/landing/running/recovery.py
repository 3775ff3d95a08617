"""Recover interrupted landings, undos of landings, and pushes: finish them, or put base back."""

from __future__ import annotations

from parallel_tui.errors import ParallelError
from parallel_tui.model.landing.record import Aim, LandingRecord, Running, landing_ended
from parallel_tui.model.lifecycle.recovery import End, Settled, remedy_of
from parallel_tui.model.sharing.journal import UndoAction, UndoKind
from parallel_tui.model.sync.cut_off import Move
from parallel_tui.model.sync.record import Entry
from parallel_tui.record import dataclass, replace
from parallel_tui.services.landing.running.one import backup_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from parallel_tui.ports.landing.run import LandingHistory, LandingRemote, LandingSteps
    from parallel_tui.services.landing.running.news import LandingNews
    from parallel_tui.services.moves.settling import MoveSettler


@dataclass(frozen=True, slots=True)
class LandingSettler:
    """Recovers landings. The caller holds the guard of syncs.

    Attributes:
        records: What runs did.
        moves: Recovers branches that were on their way in a worktree.
        lands: Knows the history.
        remote: Base's remote branch.
        news: Journal lines and events, which a kill may have kept back.
    """

    records: LandingHistory
    moves: MoveSettler
    lands: LandingSteps
    remote: LandingRemote
    news: LandingNews

    def rest(self, settled: Sequence[Settled]) -> tuple[Settled, ...]:
        """Recover what the way in left, since another command had the guard of worktrees then.

        Args:
            settled: What was recovered on the way in.
        """
        return () if any(each.open for each in settled) else tuple(self.all())

    def all(self) -> Iterator[Settled]:
        """Recover every run that was interrupted."""
        for name in self.records.unfinished():
            try:
                yield self._one(self.records.load(name))
            except (ParallelError, OSError, ValueError) as error:
                words = f"an interrupted landing is still unfinished: {_words(error)}"
                yield Settled("land", "", End.UNFINISHED, words, remedy_of(error))

    def _one(self, record: LandingRecord) -> Settled:
        running = record.running
        if record.pushing is not None:
            found, record = self._push(record)
        elif running is None:
            found = _between(record)
        elif running.doing is Aim.LAND:
            found = self._moved(record, running)
            done = found.end is End.FINISHED
            record = landing_ended(record, found.after if done else None)
        else:
            found = self._moved(record, running)
            done = found.end is End.FINISHED
            record = replace(record, running=None, undone=done)
        if found.open:
            return found
        if record.undone:
            self.news.undone(record)
        else:
            self.news.ran(record)
        if not record.landed:
            self.moves.acts.drop(backup_of(record).name, record.before)
        self.records.close(record)
        undo = UndoAction(UndoKind.LANDING, record.time) if record.undoable else None
        return replace(found, undo=undo)

    def _moved(self, record: LandingRecord, running: Running) -> Settled:
        """Where base was left by a landing or an undo that was cut off."""
        lands = running.doing is Aim.LAND
        verb = "land" if lands else "unland"
        move = Move(
            record.base,
            running.before,
            running.new or running.commit,
            exact=bool(running.new),
            since=self.records.since(record.time),
            tree=running.tree,
        )
        name = running.session if lands else record.base
        entry = Entry(name, running.git_dir, record.base, running.before, target=move.target)
        if running.standing is None:
            return self._swapped(verb, entry, move)
        try:
            return self.moves.move(verb, entry, move, running.standing, backup_of(record).name)
        except (ParallelError, OSError) as error:
            return self.moves.unfinished(verb, entry, backup_of(record).name, error)

    def _swapped(self, verb: str, entry: Entry, move: Move) -> Settled:
        """Where base was left when no worktree had it."""
        what = f"{self.moves.what(verb)} {entry.name}"
        self.moves.acts.close()  # or it would wait for our own helper
        common = self.moves.git.repository.common_dir
        self.moves.running.wait_for_git(idle=(common,))
        self.moves.half.unlock(None, move)
        tip = self.moves.look.tip(move.branch)
        if tip == move.target or (tip and verb == "land" and self.lands.contains(tip, move.target)):
            return Settled(
                verb,
                entry.name,
                End.FINISHED,
                f"git had finished {what}",
                branch=move.branch,
                before=move.before,
                after=move.target,
            )
        if tip == move.before:
            return Settled(verb, entry.name, End.TAKEN_BACK, f"{what} had changed nothing")
        return Settled(verb, entry.name, End.LEFT, f"{move.branch} moved on since {what}")

    def _push(self, record: LandingRecord) -> tuple[Settled, LandingRecord]:
        """Ask the remote what became of a push that was cut off."""
        target = record.pushing
        if target is None:
            return _between(record), record
        what = f"a killed push of {record.base} to {target.name}"
        try:
            there = self.remote.ask(target)
        except ParallelError as error:
            words = f"{what} is unfinished, for the remote gives no answer: {error.message}"
            return Settled("push", record.base, End.UNFINISHED, words, remedy_of(error)), record
        if there == target.after:
            record = replace(record, pushing=None, pushed=target)
            self.news.pushed(record)
            return Settled("push", record.base, End.FINISHED, f"{what} had arrived"), record
        ended = replace(record, pushing=None)
        if there == target.before:
            words = f"{what} had not arrived; nothing was pushed"
            return Settled("push", record.base, End.TAKEN_BACK, words), ended
        words = f"{what} was left: {target.name} is at {there[:10] or 'nothing'} by now"
        return Settled("push", record.base, End.LEFT, words), ended


def _between(record: LandingRecord) -> Settled:
    """A run that was cut off when nothing was under way."""
    if not record.landed:
        words = f"a killed landing on {record.base} had changed nothing"
        return Settled("land", "", End.TAKEN_BACK, words)
    names = ", ".join(record.sessions)
    words = f"a killed landing on {record.base} ended after {names}"
    return Settled("land", names, End.FINISHED, words, after=record.after)


def _words(error: Exception) -> str:
    return error.message if isinstance(error, ParallelError) else str(error)
