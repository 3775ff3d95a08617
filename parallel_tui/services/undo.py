"""List changes that can be undone, and undo them.

Whether something can be undone is told by what is kept for it, not by the journal: that tells what
became of the rest.
"""

from __future__ import annotations

from collections.abc import Iterable

from parallel_tui.advice import Act, Advice
from parallel_tui.errors import ParallelError, RefusedError, UsageError
from parallel_tui.model.lifecycle.recovery import End
from parallel_tui.model.lifecycle.trash import TrashItem
from parallel_tui.model.scope import EVERYTHING
from parallel_tui.model.sharing.journal import JournalEntry, UndoAction, UndoKind
from parallel_tui.model.sync.backup_ref import began
from parallel_tui.model.sync.sync import Result, SyncOutcome, scopes_of
from parallel_tui.ports.store import Store
from parallel_tui.record import dataclass
from parallel_tui.services.landing.running.undo import LandingUndo
from parallel_tui.services.receipt import Receipt
from parallel_tui.services.sharing.locks import Locks
from parallel_tui.services.sync.syncer import Syncer
from parallel_tui.services.team.undo import TeamUndo
from parallel_tui.services.trash.restorer import Restorer

_ASKED = 1000
"""Journal lines looked at to tell what became of an id."""

_VERBS = {"remove": "removal", "cleanup": "cleanup", "prune": "pruning", "spawn": "failed start"}


@dataclass(frozen=True, slots=True)
class Undoable:
    """One change that can be undone.

    Attributes:
        id: As for `pdev undo ID`.
        when: Epoch seconds.
        what: In words: `removal of auth`, `sync of api, auth`.
        items: Ids in the trash that come back, in the order in which they do.
        sync: Name of the sync to undo; empty when it is none.
        landing: Name of the run of landings to undo; empty when it is none.
        team: Id of the start of a team to take back; empty when it is none.
        names: Names of the sessions.
        already: What a recovery did that leaves nothing to undo, in words; empty else.
    """

    id: str
    when: float
    what: str
    items: tuple[str, ...] = ()
    sync: str = ""
    landing: str = ""
    team: str = ""
    names: tuple[str, ...] = ()
    already: str = ""


@dataclass(frozen=True, slots=True)
class Undoer:
    """Undoes the newest change, or a named one.

    Attributes:
        restorer: Brings removed sessions back.
        syncer: Puts rewritten branches back.
        landings: Puts base back.
        teams: Takes starts of teams back.
        locks: Releases locks.
        store: The journal.
    """

    restorer: Restorer
    syncer: Syncer
    landings: LandingUndo
    teams: TeamUndo
    locks: Locks
    store: Store

    def all(self) -> tuple[Undoable, ...]:
        """Everything that can be undone, newest first.

        Raises:
            GitError: When what is kept of syncs cannot be read.
        """
        found = [
            *_removals(self.restorer.items()),
            *self._syncs(),
            *self._landings(),
            *self._teams(),
        ]
        return tuple(sorted(found, key=lambda each: each.when, reverse=True))

    def _syncs(self) -> Iterable[Undoable]:
        for each in self.syncer.expiry.all():
            if each.sessions:
                what = f"sync of {', '.join(each.sessions)}"
                yield Undoable(each.time, each.when, what, sync=each.time, names=each.sessions)

    def _landings(self) -> Iterable[Undoable]:
        for each in self.landings.all():
            what = f"landing of {', '.join(each.sessions)} on {each.base}"
            when = began(each.time) or 0.0
            yield Undoable(each.time, when, what, landing=each.time, names=each.sessions)

    def _teams(self) -> Iterable[Undoable]:
        for each in self.teams.all():
            what = f"start of {each.team}: {', '.join(each.names)}"
            yield Undoable(each.id, each.when, what, team=each.id, names=each.names)

    def find(self, wanted: str | None = None) -> Undoable:
        """The change that an id or a session in the trash names; the newest without a name.

        What a crash left half done is settled first; where that took back what is wanted, or is
        the last thing that happened, it is what is found.

        Raises:
            UsageError: When there never was such a thing, or a name means several.
            RefusedError: When it was undone already or is gone for good, or nothing is left.
        """
        settled = self.restorer.tools.settle()
        back = [each for each in settled if each.end is End.TAKEN_BACK]
        known = self.all()
        if wanted is None:
            if back:
                return _taken_back(back[-1].message, back[-1].session, self.store)
            if not known:
                last = next(iter(self.store.journal(1)), None)
                if last is not None and last.what == "recover" and _took_back(last):
                    name = str(last.about.get("session") or "")
                    return _taken_back(str(last.about.get("message")), name, self.store)
                raise RefusedError(
                    "There is nothing to undo", advice=(Advice("What was changed: ", Act.HISTORY),)
                )
            return known[0]
        for each in known:
            if each.id == wanted:
                return each
        by_id = [item for item in self.restorer.items() if item.id == wanted]
        named = by_id or [item for item in self.restorer.items() if item.session == wanted]
        if named:
            item = named[0] if len(named) == 1 else self.restorer.find(wanted)  # which asks
            return _removal([item], item.id)
        for each_back in back:
            if wanted == each_back.session:
                return _taken_back(each_back.message, wanted, self.store)
        self._tell_why(wanted)
        raise UsageError(
            f"There is nothing to undo named {wanted!r}",
            advice=(Advice("See: ", Act.HISTORY),),
        )

    def _tell_why(self, wanted: str) -> None:
        for entry in self.store.journal(_ASKED):
            about = entry.about
            if wanted not in (about.get("id"), about.get("time")):
                continue
            if entry.what in ("restore", "undo sync", "undo land"):
                raise RefusedError(
                    f"{wanted} was undone already", advice=(Advice("See: ", Act.HISTORY),)
                )
            if entry.what in ("expire", "expire sync"):
                why = about.get("why", "")
                raise RefusedError(f"{wanted} was deleted for good ({why}) and cannot come back")
        self.landings.demand(wanted)
        self.teams.demand(wanted)
        try:
            if not self.syncer.records.load(wanted).undoable:
                raise RefusedError(
                    f"{wanted} was undone already", advice=(Advice("See: ", Act.HISTORY),)
                )
        except UsageError:
            return

    def undo(
        self, step: Undoable, *, name: str | None = None
    ) -> tuple[tuple[Receipt, ...], tuple[SyncOutcome, ...]]:
        """Undo one change: what was restored, and what became of each branch.

        Args:
            step: As found.
            name: Another name for a session to come back under.

        Raises:
            UsageError: When another name is given for anything but one session.
            RefusedError: When something is in the way; what came back before stays.
        """
        if step.already:
            return (Receipt(step.already, session=step.names[0]),), ()
        if name is not None and len(step.items) != 1:
            raise UsageError(f"--as names one removed session; this is a {step.what}")
        if step.sync:
            return (), self.syncer.undo(step.sync)
        if step.landing:
            return (self.landings.undo(step.landing),), ()
        if step.team:
            return (self.teams.undo(step.team),), ()
        done: list[Receipt] = []
        failed: list[ParallelError] = []
        with self.restorer.tools.shared.status.once() as told:
            for item in step.items:
                try:
                    done.append(self.restorer.restore(item, name=name))
                except ParallelError as error:
                    failed.append(error)
        done[-1:] = [each.with_warnings(told) for each in done[-1:]]
        if failed and (len(failed) == 1 and not done):
            raise failed[0]
        if failed:
            back = f"; back: {', '.join(str(each.session) for each in done)}" if done else ""
            raise RefusedError(
                "; ".join(error.message for error in failed) + back,
                hint="\n".join(dict.fromkeys(error.hint for error in failed if error.hint)),
                advice=tuple(dict.fromkeys(each for error in failed for each in error.advice)),
            )
        return tuple(done), ()

    def apply(self, action: UndoAction) -> Receipt:
        """Carry out an undo action of the journal.

        Raises:
            UsageError: For a removal, which needs consents; or when there is no such thing.
            RefusedError: When it was undone already, is gone for good, or something is in the way.
        """
        if action.kind is UndoKind.REMOVE:
            raise UsageError(
                "Removing a session asks for consents of its own",
                advice=(Advice("", Act.REMOVE, (action.what,)),),
            )
        if action.kind is UndoKind.UNLOCK:
            return self.locks.release([action.what], session=action.session)
        receipts, outcomes = self.undo(self.find(action.what))
        good = [each.name for each in outcomes if each.result is Result.SYNCED]
        bad = [f"{o.name}: {o.message}" for o in outcomes if o.result is not Result.SYNCED]
        done = [each.message for each in receipts]
        scopes = [scope for each in receipts for scope in each.scopes]
        if outcomes:
            scopes += scopes_of(outcomes)
            done.append(f"Put back as before the sync: {', '.join(good) or 'no session'}")
        return Receipt(
            "; ".join(done),
            # Without a word of what it touched, a recovery did it: that may be anything.
            scopes=tuple(dict.fromkeys(scopes)) or (EVERYTHING,),
            session=receipts[0].session if receipts else None,
            warnings=(*bad, *(each for receipt in receipts for each in receipt.warnings)),
        )

    def can_undo(self, entry: JournalEntry, known: Iterable[Undoable]) -> bool:
        """Whether the change in a journal entry can still be undone.

        Args:
            entry: The line.
            known: What can be undone, as from `all`.
        """
        action = entry.undo
        if action is None:
            return False
        if action.kind is UndoKind.RESTORE:
            return any(action.what in each.items for each in known)
        if action.kind is UndoKind.SYNC:
            return any(action.what == each.sync for each in known)
        if action.kind is UndoKind.LANDING:
            return any(action.what == each.landing for each in known)
        if action.kind is UndoKind.TEAM:
            return any(action.what == each.team for each in known)
        return True


def _took_back(entry: JournalEntry) -> bool:
    return entry.about.get("end") == End.TAKEN_BACK.value


def _taken_back(message: str, session: str, store: Store) -> Undoable:
    """The change that a recovery has just undone, so that nothing of it is left to undo."""
    words = f"{message[:1].upper()}{message[1:]}; nothing of it is left to undo"
    last = next(iter(store.journal(1)), None)
    when = last.when / 1000 if last is not None else 0.0
    return Undoable("recovered", when, message, names=(session,), already=words)


def _removals(items: Iterable[TrashItem]) -> Iterable[Undoable]:
    """One undoable change for each command that removed something."""
    runs: dict[str, list[TrashItem]] = {}
    for item in items:
        runs.setdefault(item.run or item.id, []).append(item)
    for key, together in runs.items():
        yield _removal(together, key if len(together) > 1 else together[0].id)


def _removal(items: list[TrashItem], key: str) -> Undoable:
    names = tuple(item.session for item in items)
    verb = _VERBS.get(items[0].reason, items[0].reason)
    return Undoable(
        key,
        max(item.removed for item in items),
        f"{verb} of {', '.join(names)}",
        items=tuple(item.id for item in items),
        names=names,
    )
