"""Advice: what a person can do next, as data that each face words for its own commands or keys."""

from __future__ import annotations

from enum import StrEnum

from parallel_tui.record import dataclass


class Act(StrEnum):
    """An action that the program can do on request."""

    AFTER = "after"
    CHECK = "check"
    CLOSE = "close"
    CONNECT = "connect"
    EMIT = "emit"
    HANDOFFS = "handoffs"
    HISTORY = "history"
    HOOKS = "hooks"
    LIST = "list"
    LOAD = "load layout"
    PASS_ON = "pass on"  # noqa: S105 - tasks, not a word to get in
    PROGRAM = "connect program"
    PRUNE = "prune"
    QUEUE = "queue"
    REMOVE = "remove"
    REPAIR_FILE = "repair file"
    REPAIR_MOVED = "repair moved"
    REPAIR_SPLIT = "repair split brain"
    RESTORE_AS = "restore as"
    SPAWN = "spawn"
    TAKE = "take"
    TRAIN = "train"
    TRASH = "trash"
    UNDO = "undo"
    UNLOCK = "unlock"


@dataclass(frozen=True, slots=True)
class Advice:
    """One piece of advice: an action inside a sentence.

    Attributes:
        before: Words before the act, with the blank or the colon that ends them.
        act: What to do.
        what: What to do it to, as the act needs it: a name, a path, an id.
        after: Words after it.
    """

    before: str
    act: Act
    what: tuple[str, ...] = ()
    after: str = ""
