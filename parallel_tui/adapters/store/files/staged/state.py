"""The parts of the state document as they will be after a transaction."""

from __future__ import annotations

from collections.abc import Mapping

from parallel_tui.adapters.store.files.documents import reports, state
from parallel_tui.model.sharing.conflict_report import BaseReport
from parallel_tui.model.sharing.coordination import Handoff, SessionRecord
from parallel_tui.model.text.strict_json import Json
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.adapters.store.files.staged.parts import Change, StatePart


@dataclass(slots=True)
class StagedDocument:
    """The state document, read for a change at most once.

    Attributes:
        file: Where it stands.
    """

    file: StatePart
    _changed: dict[str, Json] | None = None

    def for_reading(self) -> dict[str, Json]:
        """The document with pending edits; empty when it cannot be read."""
        return self.file.load().data if self._changed is None else self._changed

    def for_change(self) -> dict[str, Json]:
        """The document, to edit in place.

        Raises:
            RefusedError: When it cannot be read; it is left as it is.
        """
        if self._changed is None:
            self._changed = self.file.for_change()
        return self._changed

    def stage(self, change: Change) -> None:
        """Add the document to a change, if it was edited."""
        if self._changed is not None:
            self.file.stage(change, self._changed)


@dataclass(frozen=True, slots=True)
class StagedSessions:
    """The registered sessions in the state document."""

    document: StagedDocument

    def all(self) -> tuple[SessionRecord, ...]:
        """Every record."""
        return state.sessions_of(self.document.for_reading())

    def get(self, name: str) -> SessionRecord | None:
        """The record of a session, or `None`."""
        return next((record for record in self.all() if record.name == name), None)

    def put(self, record: SessionRecord) -> None:
        """Write a record."""
        state.put_session(self.document.for_change(), record)


@dataclass(frozen=True, slots=True)
class StagedHandoffs:
    """The handoffs in the state document."""

    document: StagedDocument

    def all(self) -> tuple[Handoff, ...]:
        """Open ones oldest first, then closed ones newest first."""
        return state.handoffs_of(self.document.for_reading())

    def get(self, handoff_id: str) -> Handoff | None:
        """The handoff of an id, or `None`."""
        return next((each for each in self.all() if each.id == handoff_id), None)

    def put(self, handoff: Handoff) -> None:
        """Write a handoff."""
        state.put_handoff(self.document.for_change(), handoff)


@dataclass(frozen=True, slots=True)
class StagedConflicts:
    """The reported conflicts in the state document."""

    document: StagedDocument

    def all(self) -> Mapping[str, BaseReport]:
        """Reports by the name of the base."""
        return reports.reports_of(self.document.for_reading())

    def replace(self, wanted: Mapping[str, BaseReport]) -> None:
        """Rewrite all reports."""
        reports.put_reports(self.document.for_change(), wanted)
