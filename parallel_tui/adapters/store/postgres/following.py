"""What a view that stays knows of a repository's rows, brought up to date by what has changed.

Each change of one machine is read by all others: whoever read everything each time would make the
work of the server grow with the cube of their number.
"""

from __future__ import annotations

import threading
from typing import Final

from parallel_tui.adapters.store.postgres.kinds import rows
from parallel_tui.adapters.store.postgres.kinds.events import EventRows, time_of
from parallel_tui.adapters.store.postgres.server.escaping import unescaped
from parallel_tui.adapters.store.postgres.transaction import coordination_of
from parallel_tui.record import dataclass, field, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from parallel_tui.adapters.store.postgres.kinds.rows import Rows
    from parallel_tui.adapters.store.postgres.server.address import Row
    from parallel_tui.adapters.store.postgres.server.link import Link
    from parallel_tui.model.sharing.coordination import Coordination

    Answers = list[list[Row]]


@dataclass(slots=True, eq=False)
class Following:
    """Rows as they stood when they were asked for last.

    Attributes:
        log: Asks for events.
        limit: How many of the newest events; `None` for all.
        locks_changed: Whether the last answers told of any lock.
    """

    log: EventRows
    limit: int | None
    locks_changed: bool = True
    _revision: int | None = None
    _parts: list[dict[object, Row]] = field(default_factory=list)
    _count: object = 0

    @property
    def revision(self) -> int | None:
        """Of what is known; `None` when nothing is."""
        return self._revision

    def asking(self) -> str:
        """The statements that ask for what is not known yet."""
        since = self._revision
        number = self.log.repository
        return f"{rows.reading(number, since)};{self.log.newest_of(self.limit, since)}"

    def take(self, found: Sequence[Sequence[Row]]) -> Answers | None:
        """Add the answers to what is known.

        Args:
            found: The answers to `asking`.

        Returns:
            The answers as they were if everything had been asked for; `None` when it has to be,
            because something was removed: then `asking` asks for it.
        """
        about, waiters = found[0], found[rows.COUNT - 1]
        if not about:
            rows.rows_of(found[: rows.COUNT])  # says that it is gone
        _, revision, removed, _ = about[0]
        changed = [found[place] for place in rows.KEYED] + [found[rows.COUNT]]
        if self._revision is None:
            self._parts = [{} for _ in changed]
        elif not _at_most(removed, self._revision) or not _at_most(self._revision, revision):
            self._revision = None
            return None
        self.locks_changed = self._revision is None or bool(found[rows.LOCKS])
        for part, fresh in zip(self._parts, changed, strict=True):
            part.update((row[0], row) for row in fresh)
            if fresh:
                self._settle(part)
        if found[rows.COUNT + 1]:
            ((self._count,),) = found[rows.COUNT + 1]
        self._revision = revision if isinstance(revision, int) else None
        *parts, events = (list(part.values()) for part in self._parts)
        return [list(about), *parts, list(waiters), events, [(self._count,)]]

    def _settle(self, part: dict[object, Row]) -> None:
        """Put rows in the order in which the server gives them, and leave out what it would."""
        if part is self._parts[-1]:
            kept = sorted(part.values(), key=_newest, reverse=True)[: self.limit]
        else:
            kept = sorted(part.values(), key=_by_name)
            if part is self._parts[_LOCKS]:
                kept = [row for row in kept if row[1] is not None]
        part.clear()
        part.update((row[0], row) for row in kept)


@dataclass(frozen=True, slots=True)
class Viewed:
    """What there is.

    Attributes:
        rows: All but events and journal.
        known: The same and the events, as readers get it; without whose owner has ended.
        answers: What the server said, as if it had been asked for everything; `None` when nothing
            is different from the last time.
        locks_changed: Whether any lock is.
    """

    rows: Rows
    known: Coordination
    answers: Answers | None
    locks_changed: bool


class View:
    """Reads everything, and from then on what has changed; for any thread."""

    def __init__(self) -> None:
        self._looking = threading.RLock()
        self._following: Following | None = None
        self._by: object = None
        self._seen: tuple[Following, Rows, Coordination] | None = None

    def forget(self) -> None:
        """Understand anew what is read next."""
        self._seen = None

    def read(self, link: Link, made: object, events: int | None) -> Viewed:
        """Everything as it is now.

        Args:
            link: A connection that is ready.
            made: Differs when a connection was made anew, maybe to another server.
            events: How many of the newest events; `None` for all.

        Raises:
            CouldNotLookError: When the server cannot be asked, or does not know the repository.
        """
        with self._looking:
            by = (link.id, made, events)
            following = self._following
            if following is None or by != self._by:
                following = Following(EventRows(link.run, link.id), events)
                self._following, self._by = following, by
            answers = None
            while answers is None:
                answers = following.take(link.as_of_one_moment(following.asking()))
            seen = self._seen
            if seen is not None and (seen[0], seen[1].revision) == (following, following.revision):
                return Viewed(seen[1], seen[2], None, locks_changed=False)
            fresh = rows.rows_of(answers[: rows.COUNT])
            newest, omitted = following.log.read(answers[rows.COUNT :])
            known = replace(
                coordination_of(fresh),
                events=newest,
                events_omitted=omitted,
                ahead=fresh.ahead,
            )
            self._seen = (following, fresh, known)
            return Viewed(fresh, known, answers, following.locks_changed)


_LOCKS: Final = rows.KEYED.index(rows.LOCKS)


def _at_most(number: object, other: object) -> bool:
    return isinstance(number, int) and isinstance(other, int) and number <= other


def _by_name(row: Row) -> tuple[int, bytes]:
    name = row[0]
    return (name, b"") if isinstance(name, int) else (0, str(name).encode())


def _newest(row: Row) -> tuple[int, bytes]:
    name = str(row[0])
    return time_of(unescaped(name)), name.encode()
