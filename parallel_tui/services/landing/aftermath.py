"""Tell sessions that base has moved under what they edit, and queue their sync where wanted."""

from __future__ import annotations

import hashlib

from parallel_tui.model.fact import known
from parallel_tui.model.sharing.message import MessageKind
from parallel_tui.model.text import strict_json
from parallel_tui.model.view.after_landing import behind, concerned, landed, meeting_words
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

    from parallel_tui.model.session.repository import Base
    from parallel_tui.model.settings.config import Config
    from parallel_tui.model.text.strict_json import Json
    from parallel_tui.model.view.after_landing import Concerned
    from parallel_tui.model.view.snapshot import Snapshot
    from parallel_tui.ports.policy import Changes
    from parallel_tui.ports.store import Store

SENDER: Final = "pdev"
_PATHS: Final = 50


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What came of a move of base.

    Attributes:
        base: Name of base.
        concerned: Sessions that edit what has changed in base.
        landed: Names of sessions of whose work nothing is left to land.
        queued: Names of those that are synced once their agents rest.
    """

    base: str
    concerned: tuple[Concerned, ...] = ()
    landed: tuple[str, ...] = ()
    queued: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AfterLanding:
    """Follows moves of base.

    Attributes:
        changes: Lists what commits change.
        store: What sessions share.
        config: Effective settings.
    """

    changes: Changes
    store: Store
    config: Config

    def moved(self, before: str, opened: Mapping[str, str], snapshot: Snapshot) -> Aftermath:
        """Find out whom a move of base concerns, and tell each of them once.

        Several dashboards may follow the same move; each session is told by the first of them.

        Args:
            before: Commit of base before.
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
        made = self.changes.committed(before, [base.oid])[base.oid]
        found: tuple[Concerned, ...] = ()
        if made:
            heads = behind(snapshot)
            own = self.changes.committed(base.oid, heads.values())
            paths = {key: {each.path for each in own[head]} for key, head in heads.items()}
            found = concerned(snapshot, {each.path for each in made}, paths)
        done = landed(opened, snapshot)
        fresh = self._tell(base, found) if found else ()
        queued = self._queue(base, fresh) if self.config.sync_at_rest else ()
        return Aftermath(base.name, found, done, queued)

    def _tell(self, base: Base, found: tuple[Concerned, ...]) -> tuple[Concerned, ...]:
        """Send each session its event, unless it had it; returns those that were sent one now."""
        fresh = []
        with self.store.change(SENDER) as tx:
            for each in found:
                about = strict_json.line([base.ref, base.oid, _text(each.name)])
                payload: dict[str, Json] = {
                    "base": _text(base.name),
                    "commit": base.oid,
                    "paths": [_text(path) for path in each.paths[:_PATHS]],
                    "conflicts": each.conflicts,
                    "message": _text(meeting_words(base.name, [each])),
                }
                mark = hashlib.sha256(about.encode()).hexdigest()[:16]
                if tx.events.emit("base_moved", SENDER, payload, (each.name,), mark=mark):
                    fresh.append(each)
        return tuple(fresh)

    def _queue(self, base: Base, found: tuple[Concerned, ...]) -> tuple[str, ...]:
        outbox = self.store.outbox
        waits = {each.session for each in outbox.queued() if each.kind is MessageKind.SYNC}
        queued = []
        for each in found:
            if each.name not in waits and not each.conflicts:
                outbox.add(each.name, MessageKind.SYNC, SENDER, meeting_words(base.name, [each]))
                queued.append(each.name)
        return tuple(queued)


def _text(text: str) -> str:
    """Text that JSON can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")
