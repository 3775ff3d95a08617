"""Receipts, advice and errors as the command line says them."""

from __future__ import annotations

import shlex
import sys
from dataclasses import fields
from typing import Any

import pytest

from parallel_tui.advice import Act, Advice
from parallel_tui.cli.names import COMMANDS
from parallel_tui.cli.render.receipts import facts, sentence
from parallel_tui.command_lines import command_line, hint_of, settled_words, worded
from parallel_tui.errors import UsageError
from parallel_tui.model.lifecycle.recovery import End, Settled
from parallel_tui.model.sharing.journal import UndoAction, UndoKind
from parallel_tui.services import receipt as done
from parallel_tui.services.receipt import Receipt

BACK = UndoAction(UndoKind.RESTORE, "a b-1")
# A class with slots is made twice: the first one stays listed until it is collected.
TYPES = [
    each
    for each in Receipt.__subclasses__()
    if vars(sys.modules[each.__module__])[each.__name__] is each
]
COMMON = {each.name for each in fields(Receipt)}


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_of_receipt_has_its_json(kind: type[Receipt]) -> None:
    own: dict[str, Any] = dict.fromkeys({each.name for each in fields(kind)} - COMMON, "1")
    assert len(facts(kind("said", **own))) == len(own)


def test_there_is_a_type_for_what_verbs_do() -> None:
    assert len(TYPES) > 15
    assert facts(Receipt("said")) == {}


def test_a_removal_is_told_with_the_command_that_brings_it_back() -> None:
    made = done.Removed(
        "Removed it", name="x", directory=None, branch=None, branch_deleted=True,
        windows_closed=0, trash="a b-1", undo=(BACK,),
    )  # fmt: skip
    assert sentence(made) == "Removed it; pdev undo 'a b-1' brings it back"
    assert facts(made)["branch_deleted"] == 1


@pytest.mark.parametrize("act", list(Act))
def test_every_advice_is_a_command_that_there_is(act: Act) -> None:
    words = shlex.split(command_line(Advice("", act, ("it's $(x)", "other"))))
    assert words[0] == "pdev"
    assert words[1] in {each.name for each in COMMANDS}


def test_a_name_is_quoted_in_advice() -> None:
    error = UsageError("no", hint="By hand.", advice=(Advice("Or: ", Act.REMOVE, ("a b",), "!"),))
    assert hint_of(error) == "By hand.\nOr: pdev remove 'a b'!"
    assert worded(Advice("See: ", Act.PRUNE)) == "See: pdev prune"


@pytest.mark.parametrize(
    ("verb", "told"),
    [
        ("remove", "pdev undo 'a b-1' brings it back"),
        ("spawn", "what was in it: pdev undo 'a b-1'"),
    ],
)
def test_a_recovery_says_how_what_it_took_comes_back(verb: str, told: str) -> None:
    settled = Settled(verb, "x", End.FINISHED, "it was settled", undo=BACK)
    assert settled_words(settled) == f"it was settled; {told}"
