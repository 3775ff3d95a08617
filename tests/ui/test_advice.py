"""Advice as the dashboard words it."""

from __future__ import annotations

import pytest

from parallel_tui.advice import Act, Advice
from parallel_tui.model.sharing.journal import UndoAction, UndoKind
from parallel_tui.services.receipt import CleanedUp, Receipt
from parallel_tui.ui import advice
from parallel_tui.ui.commands import COMMANDS

_DOES = {"H": "history", "d": "remove", "n": "spawn"}


@pytest.mark.parametrize("key", sorted(set(advice._KEYS.values())))
def test_the_keys_it_names_are_those_of_the_commands(key: str) -> None:
    [command] = [each for each in COMMANDS if key in each.keys.split(",")]
    assert command.id == _DOES[key]


def test_a_key_stands_where_there_is_one_else_the_command_line() -> None:
    assert advice.said(Advice("Start a session: ", Act.SPAWN)) == "Start a session: press n"
    assert advice.said(Advice("", Act.REPAIR_FILE, ("x",))) == "pdev repair x"
    assert advice.said("as it is") == "as it is"


def test_what_was_cleaned_up_comes_back_with_a_key() -> None:
    undo = (UndoAction(UndoKind.RESTORE, "a"), UndoAction(UndoKind.RESTORE, "b"))
    one = CleanedUp("Cleaned up", removed=("a",), undo=undo[:1])
    assert advice.sentence(one) == "Cleaned up; press H to bring it back"
    both = CleanedUp("Cleaned up", removed=("a", "b"), undo=undo)
    assert advice.sentence(both) == "Cleaned up; press H to bring any of them back"
    assert advice.sentence(Receipt("Done")) == "Done"
