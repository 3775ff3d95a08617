"""Tell sessions that base has moved under what they edit or use, and queue syncs where wanted."""

from __future__ import annotations

import hashlib

from parallel_tui.errors import GitError
from parallel_tui.model.fact import known
from parallel_tui.model.landing.uses import changed_names, kinds, uses
from parallel_tui.model.sharing.message import MessageKind
from parallel_tui.model.text import strict_json
from parallel_tui.model.view.after_landing import behind, concerned, landed, meeting_words
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Final

    from parallel_tui.model.landing.uses import NameUse
    from parallel_tui.model.session.repository import Base
    from parallel_tui.model.settings.config import Config
    from parallel_tui.model.text.strict_json import Json
    from parallel_tui.model.view.after_landing import Behind, Concerned
    from parallel_tui.model.view.snapshot import Snapshot
    from parallel_tui.ports.landing.lines import ChangedLines, FollowedBase
    from parallel_tui.ports.landing.run import LandingHistory
    from parallel_tui.ports.policy import Changes
    from parallel_tui.ports.store import Store

SENDER: Final = "pdev"
_PATHS: Final = 50


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What came of a move of base.

    Attributes:
        base: Name of base.
        concerned: Sessions that edit or use what has changed in base.
        landed: Names of sessions of whose work nothing is left to land.
        queued: Names of those that are synced once their agents rest.
        later: Whether sessions are being landed just now, so that it is too early to tell.
    """

    base: str
    concerned: tuple[Concerned, ...] = ()
    landed: tuple[str, ...] = ()
    queued: tuple[str, ...] = ()
    later: bool = False


@dataclass(frozen=True, slots=True)
class AfterLanding:
    """Follows moves of base.

    Attributes:
        changes: Lists what commits change.
        lines: Reads the lines that they change.
        store: What sessions share.
        config: Effective settings.
        followed: Up to where base was followed.
        landings: Knows whether sessions are being landed.
    """

    changes: Changes
    lines: ChangedLines
    store: Store
    config: Config
    followed: FollowedBase
    landings: LandingHistory

    def moved(self, before: str, opened: Mapping[str, str], snapshot: Snapshot) -> Aftermath:
        """Find out whom a move of base concerns, and tell each of them once.

        Several dashboards and commands may follow the same move; each session is told by the first
        of them.

        Args:
            before: Commit of base before; empty for where it was last followed by anybody.
            opened: What was open then, by `still_open`.
            snapshot: With what is predicted on base as it is now.

        Raises:
            GitError: When git does not tell what has changed.
            RefusedError: When the sessions cannot be told.
            CouldNotLookError: When what sessions share is held by others, or cannot be written.
        """
        base = known(snapshot.base)
        if base is None:
            return Aftermath("")
        if any(True for _ in self.landings.unfinished()):
            return Aftermath(base.name, later=True)  # the run tells all of it at its end
        before = before or self.last(base)
        found = self.meets(base, before, behind(snapshot)) if before != base.oid else ()
        told = self.tell(base, found)
        self.followed.write(base.ref, base.oid)
        return Aftermath(base.name, found, landed(opened, snapshot), told)

    def last(self, base: Base) -> str:
        """The commit up to which base was followed; where it stands if nobody has."""
        noted = self.followed.read()
        return noted[1] if noted is not None and noted[0] == base.ref else base.oid

    def meets(self, base: Base, before: str, some: Sequence[Behind]) -> tuple[Concerned, ...]:
        """Sessions that edit or use what was changed in base.

        Args:
            base: As it is now.
            before: Commit of base before.
            some: Sessions that lack something of base.

        Raises:
            GitError: When git does not tell what has changed.
        """
        made = self.changes.committed(before, [base.oid])[base.oid] if some else ()
        if not made:
            return ()
        own = self.changes.committed(base.oid, [each.head for each in some])
        paths = {head: {each.path for each in changed} for head, changed in own.items()}
        return concerned(some, {each.path for each in made}, paths, self._used(base, before, some))

    def _used(
        self, base: Base, before: str, some: Sequence[Behind]
    ) -> Mapping[str, tuple[NameUse, ...]]:
        """What sessions use by name; nothing where git does not tell, for files say more."""
        try:
            names = changed_names(self.lines.between(before, [base.oid], [""])[base.oid])
            if not names:
                return {}
            endings = kinds(names)
            own = self.lines.between(base.oid, [each.head for each in some], endings)
            found = {}
            for each in some:
                mine = own[each.head]
                if any(path.endswith(endings) for path in each.edited):
                    mine = (*mine, *self.lines.uncommitted(each.tree, endings))
                found[each.key] = uses(names, mine)
        except GitError:
            return {}
        return found

    def tell(self, base: Base, found: Sequence[Concerned]) -> tuple[str, ...]:
        """Send each session its event, unless it had it, and queue its sync where that is set.

        Args:
            base: As it is now.
            found: Whom to tell.

        Returns:
            Names of those whose sync was queued.

        Raises:
            RefusedError: When they cannot be told.
            CouldNotLookError: When what sessions share is held by others, or cannot be written.
        """
        if not found:
            return ()
        fresh = []
        with self.store.change(SENDER) as tx:
            for each in found:
                mark = event_mark(base.ref, base.oid, each.name)
                payload = event_payload(base, each)
                if tx.events.emit("base_moved", SENDER, payload, (each.name,), mark=mark):
                    fresh.append(each)
        return self.queue(base, fresh)

    def queue(self, base: Base, found: Sequence[Concerned]) -> tuple[str, ...]:
        """Queue the syncs of sessions that were told just now, where that is set.

        Args:
            base: As it is now.
            found: The sessions.

        Returns:
            Names of those whose sync was queued.
        """
        if not self.config.sync_at_rest or not found:
            return ()
        outbox = self.store.outbox
        waits = {each.session for each in outbox.queued() if each.kind is MessageKind.SYNC}
        queued = []
        for each in found:
            if each.name not in waits and not each.conflicts:
                outbox.add(each.name, MessageKind.SYNC, SENDER, meeting_words(base.name, [each]))
                queued.append(each.name)
        return tuple(queued)


def event_payload(base: Base, each: Concerned, landed: Sequence[str] = ()) -> dict[str, Json]:
    """What the event says that tells a session of a move of base.

    Args:
        base: As it is now.
        each: The session.
        landed: Names of the sessions whose landing moved base, where it was one.
    """
    return {
        "base": _text(base.name),
        "commit": base.oid,
        "paths": [_text(path) for path in each.paths[:_PATHS]],
        "uses": [
            {"name": _text(use.name), "defined": _text(use.defined), "path": _text(use.path)}
            for use in each.uses[:_PATHS]
        ],
        "conflicts": each.conflicts,
        "message": _text(meeting_words(base.name, [each], landed)),
    }


def event_mark(ref: str, commit: str, session: str) -> str:
    """Names the event that tells a session of one move of base, whoever sends it.

    Args:
        ref: Full name of base.
        commit: Where it stands.
        session: Name of the session.
    """
    about = strict_json.line([ref, commit, _text(session)])
    return hashlib.sha256(about.encode()).hexdigest()[:16]


def _text(text: str) -> str:
    """Text that JSON can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")
