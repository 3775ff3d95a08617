"""The store on a server: cheap reads, and transactions under a lock of the repository there."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager, suppress
from functools import partial

from parallel_tui.adapters.store.nesting import as_part_of
from parallel_tui.adapters.store.postgres.away import Waiting, deliver, on_last_known
from parallel_tui.adapters.store.postgres.changing import ServerChanges
from parallel_tui.adapters.store.postgres.following import View, Viewed
from parallel_tui.adapters.store.postgres.kinds import locks, rows
from parallel_tui.adapters.store.postgres.kinds.events import JournalRows
from parallel_tui.adapters.store.postgres.known import LastKnown, nothing_known
from parallel_tui.adapters.store.postgres.leases import keeping
from parallel_tui.adapters.store.postgres.mirrored.claims import SENDER
from parallel_tui.adapters.store.postgres.mirrored.local_locks import LocalLocks
from parallel_tui.adapters.store.postgres.mirrored.mirror import renewed_here
from parallel_tui.adapters.store.postgres.presence import Presence, Staying
from parallel_tui.adapters.store.postgres.server.address import AwayError, ServerAddress
from parallel_tui.adapters.store.postgres.server.link import Link
from parallel_tui.adapters.store.postgres.transaction import RowTransaction, ended_in
from parallel_tui.adapters.store.postgres.watch import ServerWatch
from parallel_tui.errors import CouldNotLookError, ParallelError
from parallel_tui.model.sharing.coordination import Coordination
from parallel_tui.model.sharing.lock import Liveness, Lock
from parallel_tui.model.text import strict_json
from parallel_tui.record import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from parallel_tui.adapters.store.files.store import FileStore
    from parallel_tui.adapters.store.postgres.kinds.rows import Rows
    from parallel_tui.model.sharing.conflict_report import BaseReport
    from parallel_tui.model.sharing.journal import JournalEntry
    from parallel_tui.model.sharing.message import Message
    from parallel_tui.ports.store import Outbox, Watch


class PostgresStore:
    """What the sessions of one repository share, on a server; for any thread.

    Args:
        address: The server.
        key: Names the repository there.
        local: Files of this machine: messages for its agents, the status page.
        clock: Epoch seconds, for tests; the server's by default.
        timeout: Seconds to wait for others who hold the store.
    """

    def __init__(
        self,
        address: ServerAddress,
        key: str,
        local: FileStore,
        *,
        clock: Callable[[], float] | None = None,
        timeout: float = 10.0,
    ) -> None:
        self.address = address
        self.key = key
        self.local = local
        self._clock = clock
        self._timeout = timeout
        self._writing = Link(address, key, timeout)
        self._writer = threading.RLock()
        self._proofs: Rows | None = None
        self._reading = Link(address, key, timeout)
        self._reader = threading.RLock()
        self._open: RowTransaction | None = None
        self.notices: list[Callable[[str], None]] = []
        self.about: Callable[[], Mapping[str, object]] = dict
        self._known = LastKnown(local, f"{key} at {address.shown}")
        self._presence = Presence()
        self._waiting = Waiting(local)
        self._files = LocalLocks(local)
        self._watch: ServerWatch | None = None
        self._view = View()
        self._changes = ServerChanges(self._writing, clock, timeout)

    def now(self) -> float:
        """The server's clock, epoch seconds; this machine's before anything was asked of it."""
        if self._clock is not None:
            return self._clock()
        if not self._writing.id and not self._reading.id:
            with suppress(ParallelError), self._reader:
                self._reading.ready()
        link = self._writing if self._writing.id else self._reading
        return time.time() + link.skew

    @property
    def outbox(self) -> Outbox:
        """Messages that wait for agents: beside them, for their hooks take them."""
        return self.local.outbox

    def messages(self) -> tuple[Message, ...]:
        """What waits for agents of this machine, oldest first."""
        return self.local.messages()

    def listens(self, session: str) -> bool:
        """Whether an agent of this session has told anything by its hooks."""
        return self.local.listens(session)

    def read(self, *, events: int | None = 500) -> Coordination:
        """Everything readable, and unreadable parts as `problems`.

        Args:
            events: How many of the newest events; `None` for all.
        """
        if self._open is None and self._waiting.names():
            with suppress(ParallelError):
                self.deliver()
        try:
            with self._asking() as link:
                found = self._read(link, events)
            if self._files.unsettled and self._open is None:
                with suppress(ParallelError), self.change(SENDER):
                    """What scripts did with locks here is told to the server."""
                with self._asking() as link:
                    found = self._read(link, events)
            unheard = self._watch.unheard if self._watch is not None else None
            problems = (*found.problems, unheard) if unheard else found.problems
            return replace(found, problems=problems, leases=self._presence.leases)
        except AwayError as error:
            known = self._known.recall(dict(self._waiting.released()))
            if known is None:
                return nothing_known(error)
            self._view.forget()
            self._proofs = known.rows
            stale = known.stale(error, events)
            self._notice(stale.stale)
            return stale
        except CouldNotLookError as error:
            return nothing_known(error)

    def _read(self, link: Link, events: int | None) -> Coordination:
        heard = self._known.heard
        try:
            found = self._look(link, events)
        except AwayError:
            if self._open is not None:
                raise
            link.ready()  # an old connection that ended meanwhile tells nothing of the server
            found = self._look(link, events)
        if found.answers is not None:
            self._proofs = found.rows
            self._known.keep(found.answers, events=events != 0)
        else:
            self._known.confirm()
        self._known.current = heard
        if self._open is None:
            if found.answers is not None and found.locks_changed:
                self._files.follow(found.rows)
            else:
                self._files.look(found.rows)
        return replace(found.known, ended=ended_in(found.rows, found.known.locks))

    def _look(self, link: Link, events: int | None) -> Viewed:
        made = (self._writing.connections, self._reading.connections)
        try:
            return self._view.read(link, made, events)
        except CouldNotLookError:
            if self._open is None:
                link.drop()  # where the repository is gone, it may come back as another
            raise

    def journal(self, count: int) -> tuple[JournalEntry, ...]:
        """The newest journal entries, newest first."""
        with self._asking() as link:
            return JournalRows(link.run, link.id).tail(count)

    def reports(self) -> Mapping[str, BaseReport]:
        """The reported conflicts, by the name of the base.

        Raises:
            CouldNotLookError: When the server cannot be asked.
        """
        from parallel_tui.adapters.store.files.documents.reports import reports_of

        with self._asking() as link:
            (found,) = link.run(f"SELECT rest::text FROM pdev.repository WHERE id = {link.id:d}")
        data = strict_json.parse(str(found[0][0]))
        return reports_of(data if isinstance(data, dict) else {})

    def waiting(self) -> frozenset[str]:
        """Sessions whose commands wait for locks."""
        with self._asking() as link:
            fresh = rows.rows_of(link.as_of_one_moment(rows.reading(link.id)))
        return frozenset(each.owner for each in locks.WaiterRows(fresh).load())

    def liveness(self, lock: Lock) -> Liveness:
        """Whether the session that holds a lock is proved alive, proved dead, or neither."""
        row = self._proofs.locks.get(lock.name) if self._proofs is not None else None
        if row is None or row.proof.generation != lock.generation:
            return Liveness.UNKNOWN
        return row.proof.life(lock)

    @contextmanager
    def _asking(self) -> Iterator[Link]:
        """A connection to ask by: that of transactions where it is free, else one of its own."""
        if self._writer.acquire(blocking=False):
            try:
                self._writing.ready()
                yield self._writing
            finally:
                self._writer.release()
            return
        with self._reader:
            self._reading.ready()
            yield self._reading

    @contextmanager
    def change(self, who: str) -> Iterator[RowTransaction]:
        """Open a transaction; inside another one of the same thread, it is part of that one.

        Args:
            who: Session, or `user`; stands in the journal.

        Raises:
            CouldNotLookError: When others hold the store for too long, or the server is away.
            TakenError: When a lock changed hands although it could not.
        """
        with self._writer:
            if self._open is not None:
                with as_part_of(self._open, who) as outer:
                    yield outer
                return
            try:
                self.deliver()
                transaction = self._begin(who)
            except AwayError as error:
                with self._away(who, error) as transaction:
                    yield transaction
                return
            self._open = transaction
            try:
                yield transaction
            except BaseException:
                self._writing.rollback()
                raise
            finally:
                self._open = None
            self._changes.commit(transaction)
            self._follow(transaction)

    def _begin(self, who: str) -> RowTransaction:
        """Begin a transaction, after one of its own for what scripts did with locks here."""
        begun = self._changes.begin(who)
        told = self._files.settle(begun, self._changes, self._follow, self._notice)
        return self._changes.begin(who) if told else begun

    def _notice(self, said: str) -> None:
        for notice in self.notices:
            notice(said)

    @contextmanager
    def _away(self, who: str, error: AwayError) -> Iterator[RowTransaction]:
        """A transaction on what was known last, of which only what can wait is kept."""
        known = self._known.recall(dict(self._waiting.released()))
        if known is None:
            raise error
        with on_last_known(known.rows, who, self.now(), error, self._waiting) as transaction:
            self._open = transaction
            try:
                yield transaction
            finally:
                self._open = None

    def deliver(self) -> int:
        """Tell the server what waits for it, each once and in order; returns how much it was.

        Raises:
            CouldNotLookError: When the server takes nothing now; the rest waits on.
        """
        if not self._waiting.names():
            return 0
        with self._writer, self.local.guard.held():
            return deliver(self._waiting, self._changes)

    def _follow(self, transaction: RowTransaction) -> None:
        self._files.carry(transaction, self._known)

    def watch(self, changed: Callable[[], None]) -> Watch:
        """Call a function from another thread whenever something may have changed."""
        link = Link(self.address, self.key, self._timeout)
        keep = keeping(link, partial(renewed_here, self.local), self.about)
        stays = Staying(self._known, self._presence, link, keep, self.about, changed)
        self._watch = watch = ServerWatch(link, stays.told, self.deliver, stays.beat)
        return watch

    def close(self) -> None:
        """Close the connections; the next use makes others."""
        with self._writer:
            self._writing.drop()
        with self._reader:
            self._reading.drop()
