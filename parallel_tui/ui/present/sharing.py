"""Format locks, handoffs, events and tasks as table rows. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from parallel_tui.model.sharing.coordination import Event, Handoff, HandoffState
from parallel_tui.model.sharing.lock import Lock, LockState
from parallel_tui.model.sharing.sentences import event_sentence, handoff_sentence
from parallel_tui.model.sharing.tasks import TaskList
from parallel_tui.model.sharing.words import LOCK_MEANING, script_words
from parallel_tui.model.text.safe import safe
from parallel_tui.model.text.words import age_of
from parallel_tui.ui.widgets.columns import Cell, Column, Row

LOCK_COLUMNS: Final = (
    Column("mark", "", 1, 1),
    Column("target", "Path", 9, 60, usual=18),
    Column("owner", "Owner", 5, 20, usual=10, middle=True),
    Column("age", "Age", 3, 3, keep=90, right=True),
    Column("state", "State", 4, 8, keep=80, usual=8),
    Column("reason", "Why", 6, 60, keep=70, usual=9),
)

HANDOFF_COLUMNS: Final = (
    Column("mark", "", 1, 1),
    Column("said", "What was handed over", 12, 120, keep=95, usual=34),
    Column("age", "Age", 3, 3, keep=90, right=True),
    Column("state", "State", 4, 8, keep=80, usual=8),
)

EVENT_COLUMNS: Final = (
    Column("mark", "", 1, 1),
    Column("age", "Age", 3, 3, keep=90, right=True),
    Column("said", "What happened", 12, 200, keep=99, usual=40),
)

TASK_COLUMNS: Final = (Column("mark", "", 3, 3), Column("text", "Task", 10, 1000))

LOCK_MARKS: Final[Mapping[LockState, tuple[str, str]]] = MappingProxyType(
    {
        LockState.HELD: ("■", ""),
        LockState.TAKEABLE: ("□", "waiting"),
        LockState.DEAD: ("✕", "dim"),
        LockState.FOREIGN: ("◆", "note"),
        LockState.UNKNOWN: ("?", "bad"),
    }
)
"""Glyph and tone of what may be done about a lock."""

HANDOFF_MARKS: Final[Mapping[HandoffState, tuple[str, str]]] = MappingProxyType(
    {
        HandoffState.PENDING: ("●", "waiting"),
        HandoffState.ACCEPTED: ("◐", "accent"),
        HandoffState.DECLINED: ("✕", "bad"),
        HandoffState.DONE: ("✓", "dim"),
    }
)
"""Glyph and tone of where a handoff stands."""


def lock_row(lock: Lock, state: LockState, *, mine: bool, now: float) -> Row:
    """A lock as a row.

    Args:
        lock: Which.
        state: What others may do about it.
        mine: Whether the selected session holds it.
        now: Epoch seconds.
    """
    mark, tone = LOCK_MARKS[state]
    owner = safe(lock.whose, 80) if lock.owner is not None else "?"
    why = lock.problem if lock.problem is not None else lock.reason
    why = ", ".join(filter(None, (*script_words(lock)[-1:], why))) if lock.rivals else why
    cells: dict[str, Cell] = {
        "mark": ((mark, tone),),
        "target": ((safe(lock.target), "name" if mine else ""),),
        "owner": ((owner, "note" if mine else ""),),
        "age": ((age_of(lock.since or None, now), "dim"),),
        "state": ((state.value, tone),),
        "reason": ((safe(why), "bad" if lock.problem else "dim"),) if why else (),
    }
    said = ". ".join(filter(None, (why, *script_words(lock))))
    tip = f"{LOCK_MEANING[state]} {safe(said)}".strip()
    return Row(lock.name, cells, {"state": tip, "mark": tip, "target": safe(lock.target)})


def handoff_row(handoff: Handoff, *, mine: bool, now: float) -> Row:
    """A handoff as a row; `mine` when it is open and for the selected session."""
    mark, tone = HANDOFF_MARKS[handoff.state]
    faded = "" if handoff.open else "dim"
    said = handoff_sentence(handoff)
    cells: dict[str, Cell] = {
        "mark": ((mark, tone),),
        "said": ((said, "name" if mine else faded),),
        "age": ((age_of(handoff.timestamp / 1000 or None, now), "dim"),),
        "state": ((handoff.state.value, tone),),
    }
    return Row(handoff.id, cells, {"said": said, "mark": handoff.state.value})


def event_row(event: Event, *, unread: bool, now: float) -> Row:
    """An event as a row; `unread` by the person at the screen."""
    said = _said(event)
    tone = "bad" if event.problem is not None else "" if unread else "dim"
    cells: dict[str, Cell] = {
        "mark": (("•", "waiting"),) if unread else (),
        "age": ((age_of(event.timestamp / 1000 or None, now), "dim"),),
        "said": ((said, tone),),
    }
    return Row(event.id, cells, {"said": said})


_said = lru_cache(maxsize=8192)(event_sentence)


def task_rows(tasks: TaskList) -> Iterator[Row]:
    """A session's tasks with their details; row keys start with the task's number."""
    for number, task in enumerate(tasks.tasks, start=1):
        tone = "dim" if task.done else ""
        mark = ("[x]", "good") if task.done else ("[ ]", "")
        yield Row(str(number), {"mark": (mark,), "text": ((safe(task.text), tone),)})
        for place, line in enumerate(task.details):
            text = safe(line.expandtabs(4))
            yield Row(f"{number}.{place}", {"text": ((text, "dim"),)})


def bar(done: int, total: int, width: int = 12) -> str:
    """A progress bar; full only at 100 %, empty only at 0 %."""
    if not total:
        return "▱" * width
    filled = done * width // total
    filled = max(1, filled) if done else 0
    return "▰" * filled + "▱" * (width - filled)
