"""What the hook left below the coordination root: what agents told, and what went wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from parallel_tui.adapters.disk import reading
from parallel_tui.adapters.disk.reading import UnusableFileError
from parallel_tui.model.agent.hook_state import HookTrouble
from parallel_tui.model.text import strict_json

KEPT: Final = 14 * 86400.0
"""Seconds for which it is kept what agents told."""


class HookReport(NamedTuple):
    """The newest that one agent told.

    Attributes:
        agent: Which kind of agent.
        session: Of which session.
        when: Epoch seconds.
    """

    agent: str
    session: str
    when: float


def reports(root: str) -> tuple[HookReport, ...]:
    """The newest report of each agent; what cannot be read is left out."""
    return tuple(
        HookReport(str(data.get("agent")), str(data.get("session")), float(when))
        for data in _lines(Path(root, "pdev/agents"))
        if isinstance(when := data.get("at"), int | float) and abs(when) <= strict_json.LARGEST
    )


def troubles(root: str) -> tuple[HookTrouble, ...]:
    """What went wrong, newest first."""
    found: list[HookTrouble] = []
    for data in _lines(Path(root, "pdev/warnings")):
        what, when, count = data.get("what"), data.get("at"), data.get("count")
        if not isinstance(when, int | float) or abs(when) > strict_json.LARGEST:
            continue
        if isinstance(what, list):
            told = tuple(str(each) for each in what)
            often = count if isinstance(count, int) else 1
            found.append(HookTrouble(str(data.get("session")), float(when), told, often))
    return tuple(sorted(found, key=lambda each: -each.when))


def sweep(root: str, now: float) -> None:
    """Delete what agents told long ago, and messages that were delivered then.

    Args:
        root: The coordination root.
        now: Epoch seconds.
    """
    for pattern in ("agents/*.json", "warnings/*.json", "outbox/*/delivered/*.json"):
        with suppress(OSError):
            for path in Path(root, "pdev").glob(pattern):
                with suppress(OSError):
                    if now - path.lstat().st_mtime > KEPT:
                        path.unlink()


def _lines(folder: Path) -> Iterator[Mapping[str, strict_json.Json]]:
    with suppress(OSError):
        for path in sorted(folder.glob("*.json")):
            with suppress(UnusableFileError):
                data = reading.read_json(path)
                if data is not None:
                    yield data
