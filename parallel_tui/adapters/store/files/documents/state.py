"""`parallel-state.json`: registered sessions, completed tasks, handoffs (guide: sync-state)."""

from __future__ import annotations

from parallel_tui.adapters.store.files.mechanics import json_document
from parallel_tui.adapters.store.files.mechanics.json_document import JsonDocument
from parallel_tui.errors import RefusedError
from parallel_tui.model.sharing.coordination import Handoff, HandoffState, SessionRecord
from parallel_tui.model.text import strict_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Final

    from parallel_tui.adapters.store.files.mechanics.change import SharedChange
    from parallel_tui.adapters.store.files.mechanics.folder import Folder
    from parallel_tui.adapters.store.files.mechanics.json_document import Json

NAME: Final = "parallel-state.json"
CLOSED: Final = "closed_handoffs"
KEEP_CLOSED: Final = 200
_RECORD: Final = {
    "status": json_document.TEXT,
    "current_task": json_document.TEXT,
    "last_update": json_document.NUMBER,
    "ended": json_document.NUMBER,
    "agent": json_document.TEXT,
    "conversation": json_document.TEXT,
    "after": json_document.TEXTS,
}
_HANDOFF: Final = {
    "id": json_document.TEXT,
    "from": json_document.TEXT,
    "to": json_document.TEXT,
    "task": json_document.TEXT,
    "context": json_document.TEXT,
    "timestamp": json_document.NUMBER,
    "files": json_document.TEXTS,
    "branch": json_document.TEXT,
    "commit": json_document.TEXT,
    "state": json_document.TEXT,
    "why": json_document.TEXT,
    "changed": json_document.NUMBER,
}


class StateFile:
    """The state document. Reading never fails; changing a document that cannot be read does."""

    def __init__(self, folder: Folder) -> None:
        """Use the document in the coordination root."""
        self._folder = folder

    def load(self) -> JsonDocument:
        """The document; a missing one has the guide's four empty parts."""
        document = json_document.load(self._folder, NAME)
        if document.exists and document.problem is None:
            return _checked(self._folder, document)
        if document.problem is None:
            return JsonDocument(_empty(), exists=False)
        return document

    def for_change(self) -> dict[str, Json]:
        """The document, to edit in place and pass to `save`.

        Raises:
            RefusedError: When it cannot be read; it is left as it is.
        """
        document = self.load()
        if document.problem is not None:
            raise RefusedError(
                f"{document.problem}; it was left as it is",
                hint=f"Correct it, or set it aside with: pdev repair {NAME}",
            )
        return document.data

    def save(self, data: dict[str, Json]) -> None:
        """Replace the document.

        Raises:
            RefusedError: When the disk refuses; it is then as it was.
        """
        self._folder.write(NAME, json_document.dump(data))

    def stage(self, change: SharedChange, data: dict[str, Json]) -> None:
        """Add the rewritten document to a change."""
        change.put(self._folder, NAME, json_document.dump(data))


def _empty() -> dict[str, Json]:
    return {"sessions": {}, "completed_tasks": [], "pending_handoffs": [], "conflicts": []}


def _checked(folder: Folder, document: JsonDocument) -> JsonDocument:
    shapes: dict[str, type] = {
        "sessions": dict,
        "completed_tasks": list,
        "pending_handoffs": list,
        "conflicts": list,
        CLOSED: list,
    }
    for key, shape in shapes.items():
        value = document.data.get(key)
        if value is not None and not isinstance(value, shape):
            wanted = "an object" if shape is dict else "a list"
            return JsonDocument(
                {}, f"{folder.path}/{NAME}: {key!r} is {type(value).__name__}, not {wanted}"
            )
    for key, empty in _empty().items():
        document.data.setdefault(key, empty)
    return document


def oddities(data: dict[str, Json]) -> tuple[str, ...]:
    """Sentences about entries of an unexpected type.

    They stay in the file as they are. What of them can be read is shown; the rest is not known.
    """
    found: list[str] = []
    sessions = data.get("sessions")
    for name, record in sessions.items() if isinstance(sessions, dict) else ():
        found += _odd(record, _RECORD, f"the entry of session {name!r}")
    for key in ("pending_handoffs", CLOSED):
        items = data.get(key)
        for number, item in enumerate(items if isinstance(items, list) else (), start=1):
            found += _odd(item, _HANDOFF, f"entry {number} of {key!r}")
    return tuple(found)


def _odd(entry: Json, kinds: dict[str, str], what: str) -> tuple[str, ...]:
    if not isinstance(entry, dict):
        return (f"{what} is no object",)
    problem = json_document.odd(entry, kinds)
    return () if problem is None else (f"{what}: {problem}",)


def sessions_of(data: dict[str, Json]) -> tuple[SessionRecord, ...]:
    """The registered sessions, by name."""
    records = data.get("sessions")
    if not isinstance(records, dict):
        return ()
    return tuple(
        SessionRecord(
            name,
            json_document.text(record.get("status"), "unknown"),
            json_document.optional_text(record.get("current_task")),
            json_document.number(record.get("last_update")),
            json_document.number(record.get("ended")) or None,
            json_document.optional_text(record.get("worktree")),
            json_document.optional_text(record.get("branch")),
            _before_end(record.get("before_end")),
            json_document.optional_text(record.get("agent")),
            json_document.optional_text(record.get("conversation")),
            json_document.texts(record.get("after")),
        )
        for name, record in sorted(records.items())
        if isinstance(record, dict)
    )


def _before_end(data: Json) -> tuple[str, str | None] | None:
    if not isinstance(data, dict) or not isinstance(data.get("status"), str):
        return None
    return json_document.text(data["status"]), json_document.optional_text(data.get("current_task"))


def handoffs_of(data: dict[str, Json]) -> tuple[Handoff, ...]:
    """All handoffs: open ones oldest first, then closed ones newest first."""
    open_ones = [handoff for handoff, _ in entries(data, "pending_handoffs")]
    closed = [handoff for handoff, _ in entries(data, CLOSED)]
    closed.sort(key=lambda handoff: -handoff.changed)
    return (*sorted(open_ones, key=lambda handoff: handoff.timestamp), *closed)


def completed_of(data: Mapping[str, Json]) -> tuple[str, ...]:
    """Tasks reported complete."""
    found = data.get("completed_tasks")
    return tuple(str(each) for each in found) if isinstance(found, list) else ()


def conflicts_of(data: Mapping[str, Json]) -> tuple[str, ...]:
    """Conflicts in words; other programs may have written more than a sentence each."""
    found = data.get("conflicts")
    return tuple(
        each if isinstance(each, str) else strict_json.readable(each)
        for each in (found if isinstance(found, list) else ())
    )


def put_session(data: dict[str, Json], record: SessionRecord) -> None:
    """Write a record into the document, keeping keys of other programs.

    Raises:
        RefusedError: When something else than an object stands there; it is left as it is.
    """
    sessions = data["sessions"]
    if not isinstance(sessions, dict):
        raise RefusedError("The register of sessions is not an object")
    entry = sessions.setdefault(record.name, {})
    if not isinstance(entry, dict):
        raise RefusedError(f"The entry of {record.name} is not an object; it was left as it is")
    entry.update(
        name=record.name,
        status=record.status,
        current_task=record.current_task,
        last_update=record.last_update,
    )
    before: Json = None
    if record.before_end is not None:
        status, task = record.before_end
        before = {"status": status, "current_task": task}
    for key, value in (("ended", record.ended), ("before_end", before)):
        if value is not None:
            entry[key] = value
        else:
            entry.pop(key, None)
    if record.after:
        entry["after"] = list(record.after)
    else:
        entry.pop("after", None)
    if record.worktree is not None:
        entry.update(worktree=record.worktree, branch=record.branch)
    if record.conversation is not None:
        entry.update(agent=record.agent, conversation=record.conversation)


def put_handoff(data: dict[str, Json], handoff: Handoff) -> None:
    """Write a handoff into its list, keeping keys of other programs."""
    item: dict[str, Json] = {}
    for key in ("pending_handoffs", CLOSED):
        for known, standing in entries(data, key):
            if known.id == handoff.id:
                item = standing
                rest = data[key]
                if isinstance(rest, list) and (key == CLOSED) == handoff.open:
                    data[key] = [each for each in rest if each is not item]
    new = not item
    item.update(
        {
            "from": handoff.sender,
            "to": handoff.receiver,
            "task": handoff.task,
            "context": handoff.context,
            "timestamp": handoff.timestamp,
            "id": handoff.id,
            "files": list(handoff.files),
            "branch": handoff.branch,
            "commit": handoff.commit,
            "state": handoff.state.value,
            "changed": handoff.changed,
        }
    )
    if handoff.why:
        item["why"] = handoff.why
    key = "pending_handoffs" if handoff.open else CLOSED
    found = data.get(key)
    there = found if isinstance(found, list) else []
    if new or not any(each is item for each in there):
        there = [*there, item]
    data[key] = there if handoff.open else there[-KEEP_CLOSED:]


def entries(data: dict[str, Json], key: str) -> Iterator[tuple[Handoff, dict[str, Json]]]:
    """The handoffs of one list, each with its source object."""
    items = data.get(key)
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict):
            yield _handoff(item), item


def _handoff(item: dict[str, Json]) -> Handoff:
    state = json_document.text(item.get("state"), HandoffState.PENDING.value)
    return Handoff(
        id=json_document.text(item.get("id")) or _derived_id(item),
        sender=json_document.text(item.get("from"), "?"),
        receiver=json_document.text(item.get("to"), "?"),
        task=json_document.text(item.get("task")),
        context=json_document.text(item.get("context")),
        timestamp=json_document.number(item.get("timestamp")),
        files=json_document.texts(item.get("files")),
        branch=json_document.optional_text(item.get("branch")),
        commit=json_document.optional_text(item.get("commit")),
        state=HandoffState(state) if state in set(HandoffState) else HandoffState.PENDING,
        why=json_document.text(item.get("why")),
        changed=json_document.number(item.get("changed")),
    )


def _derived_id(item: dict[str, Json]) -> str:
    """An id for a handoff of another program, derived from its content."""
    import hashlib  # only for what another program wrote without an id

    parts = [item.get(key) for key in ("from", "to", "task", "context", "timestamp")]

    return "h" + hashlib.sha256(strict_json.line(parts).encode()).hexdigest()[:10]
