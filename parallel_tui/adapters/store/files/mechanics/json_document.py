"""JSON documents shared with other programs: each field is checked on reading."""

from __future__ import annotations

import time

from parallel_tui.adapters.disk import reading
from parallel_tui.adapters.disk.reading import UnusableFileError
from parallel_tui.adapters.store.files.mechanics.folder import Folder
from parallel_tui.model.text import strict_json
from parallel_tui.model.text.strict_json import LARGEST
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

    from parallel_tui.model.text.strict_json import Json as Json

QUARANTINE: Final = ("pdev", "quarantine")
"""Where, below the root, files go that cannot be used and that something else replaces."""

TEXT: Final = "a text"
NUMBER: Final = "a number"
WHOLE: Final = "a whole number"
TEXTS: Final = "a list of texts"


@dataclass(frozen=True, slots=True)
class JsonDocument:
    """A JSON object read from a file.

    Attributes:
        data: The object; empty when the file is missing or unusable.
        problem: Why it cannot be used; `None` when it can.
        exists: Whether there is a file at all.
    """

    data: dict[str, Json]
    problem: str | None = None
    exists: bool = True


def load(folder: Folder, name: str) -> JsonDocument:
    """Read one document. Never raises for what the file contains."""
    try:
        raw = folder.read(name)
        if raw is None:
            return JsonDocument({}, exists=False)
        return JsonDocument(reading.json_object(raw, f"{folder.path}/{name}"))
    except UnusableFileError as error:
        return JsonDocument({}, error.message)


def dump(data: Mapping[str, Json]) -> bytes:
    """Encode a document as the guide's scripts do: two spaces, order kept."""
    return strict_json.document(data)


def place_aside(folder: Folder, name: str) -> tuple[Folder, str]:
    """A place for an unusable file to keep: a folder, and a free name in it."""
    target = Folder(folder.root, QUARANTINE)
    there = set(target.names())
    stem = kept = f"{time.strftime('%Y%m%d-%H%M%S')}-{name}"
    number = 1
    while kept in there:  # two of the same name in one second
        number += 1
        kept = f"{stem}-{number}"
    return target, kept


def set_aside(folder: Folder, name: str) -> str:
    """Move an unusable file away, keeping it.

    Returns:
        Where it is now; empty when it was gone already.

    Raises:
        RefusedError: When it cannot be moved.
    """
    target, kept = place_aside(folder, name)
    return f"{target.path}/{kept}" if folder.move(name, target, kept) else ""


def odd(data: Mapping[str, Json], kinds: Mapping[str, str]) -> str | None:
    """The first field with an unexpected type; `None` when all are right.

    Args:
        data: An object of a document.
        kinds: By field what it holds; a field that is missing or `null` is well.
    """
    for name, kind in kinds.items():
        value = data.get(name)
        if value is not None and not _is(value, kind):
            return f"{name!r} is not {kind}"
    return None


def _is(value: Json, kind: str) -> bool:
    if kind == TEXT:
        return isinstance(value, str)
    if kind == TEXTS:
        return isinstance(value, list) and all(isinstance(each, str) for each in value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) <= LARGEST and (kind == NUMBER or isinstance(value, int))


def text(value: Json, default: str = "") -> str:
    """A string field, or a default for anything else."""
    return value if isinstance(value, str) else default


def optional_text(value: Json) -> str | None:
    """A string field, or `None`."""
    return value if isinstance(value, str) else None


def number(value: Json, default: int = 0) -> int:
    """An integer field, or a default for anything else or a number out of range."""
    return int(value) if isinstance(value, int | float) and _is(value, NUMBER) else default


def real(value: Json) -> float | None:
    """A number field, or `None` for anything else or a number out of range."""
    return float(value) if isinstance(value, int | float) and _is(value, NUMBER) else None


def texts(value: Json) -> tuple[str, ...]:
    """The strings of a list; other values are left out."""
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()
