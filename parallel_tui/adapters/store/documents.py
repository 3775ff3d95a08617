"""JSON documents that other programs write too: read with suspicion, written with respect."""

from __future__ import annotations

import json
from dataclasses import dataclass

from parallel_tui.adapters.store.folder import Folder, UnusableFileError

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
"""Anything that a JSON text can say."""


@dataclass(frozen=True, slots=True)
class Document:
    """A JSON object read from a file.

    Attributes:
        data: The object; empty when the file is missing or unusable.
        problem: Why it cannot be used; `None` when it can.
        exists: Whether there is a file at all.
    """

    data: dict[str, Json]
    problem: str | None = None
    exists: bool = True


def load(folder: Folder, name: str) -> Document:
    """Read one document. Never raises for what the file contains."""
    try:
        raw = folder.read(name)
    except UnusableFileError as error:
        return Document({}, error.message)
    if raw is None:
        return Document({}, exists=False)
    if not raw.strip():
        return Document({}, f"{folder.path}/{name} is empty")
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError) as error:
        return Document({}, f"{folder.path}/{name} is not JSON: {error}")
    if not isinstance(data, dict):
        return Document({}, f"{folder.path}/{name} holds {type(data).__name__}, not an object")
    return Document(data)


def dump(data: dict[str, Json]) -> bytes:
    """A document as the guide's scripts write theirs: two spaces, order kept."""
    return (json.dumps(data, indent=2, ensure_ascii=False) + "\n").encode(
        "utf-8", "surrogateescape"
    )


def text(value: Json, default: str = "") -> str:
    """A string field, or a default when it holds anything else."""
    return value if isinstance(value, str) else default


def optional_text(value: Json) -> str | None:
    """A string field, or `None`."""
    return value if isinstance(value, str) else None


def number(value: Json, default: int = 0) -> int:
    """A whole number field, or a default when it holds anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return default
    return int(value)


def texts(value: Json) -> tuple[str, ...]:
    """A list of strings; what is no string in it is left out."""
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()
