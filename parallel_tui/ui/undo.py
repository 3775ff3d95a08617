"""Which command line of the journal the dashboard can carry out itself.

The journal is a file that others can write: only these shapes are acted on, nothing is run.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from enum import StrEnum


class Way(StrEnum):
    """How something is undone."""

    UNDO = "undo"
    REMOVE = "remove"
    UNLOCK = "unlock"


@dataclass(frozen=True, slots=True)
class Step:
    """One undo.

    Attributes:
        way: How.
        what: Id as for `pdev undo`, session or locked path.
        owner: Session that holds the lock; empty for the others.
    """

    way: Way
    what: str
    owner: str = ""


def parse(line: str) -> Step | None:
    """What a command line undoes; `None` when it is none that is known here."""
    try:
        words = shlex.split(line)
    except ValueError:
        words = []
    match words:
        case ["pdev", "undo", what] | ["pdev", "sync", "--undo", what] if what[:1] != "-":
            return Step(Way.UNDO, what)
        case ["pdev", "remove", what] if not what.startswith("-"):
            return Step(Way.REMOVE, what)
    # The locked path is written as it is, without quotes.
    head, dashes, target = line.partition(" -- ")
    match head.split(" "), dashes:
        case ["pdev", "unlock", "--session", owner], " -- " if owner and target:
            return Step(Way.UNLOCK, target, owner)
    return None
