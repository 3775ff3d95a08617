"""Advice as the dashboard words it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from parallel_tui.advice import Act, Advice
from parallel_tui.errors import RefusedError
from parallel_tui.model.settings.config import Config
from parallel_tui.model.sharing.journal import UndoAction, UndoKind
from parallel_tui.services.receipt import CleanedUp, Receipt
from parallel_tui.ui import advice
from parallel_tui.ui.commands import BY_ID
from tests.ui import samples
from tests.ui.harness import core_of, on_screen, running, toasts, until

_DEFAULTS = {"history": "H", "remove": "d", "spawn": "n"}


def _keys(command: str) -> str:
    return _DEFAULTS.get(command, "")


def _no_keys(_: str) -> str:
    return ""


@pytest.mark.parametrize("command", sorted(set(advice._COMMANDS.values())))
def test_the_commands_it_names_are_in_the_table(command: str) -> None:
    assert command in BY_ID


def test_a_key_stands_where_there_is_one_else_the_command_line() -> None:
    spawn = Advice("Start a session: ", Act.SPAWN)
    assert advice.said(spawn, _keys) == "Start a session: press n"
    assert advice.said(spawn, _no_keys).startswith("Start a session: pdev spawn")
    assert advice.said(Advice("", Act.REPAIR_FILE, ("x",)), _keys) == "pdev repair x"
    assert advice.said("as it is", _keys) == "as it is"


def test_what_was_cleaned_up_comes_back_with_a_key() -> None:
    undo = (UndoAction(UndoKind.RESTORE, "a"), UndoAction(UndoKind.RESTORE, "b"))
    one = CleanedUp("Cleaned up", removed=("a",), undo=undo[:1])
    assert advice.sentence(one, _keys) == "Cleaned up; press H to bring it back"
    assert advice.sentence(one, _no_keys) == "Cleaned up; `pdev undo` brings it back"
    both = CleanedUp("Cleaned up", removed=("a", "b"), undo=undo)
    assert advice.sentence(both, _keys) == "Cleaned up; press H to bring any of them back"
    assert advice.sentence(Receipt("Done"), _keys) == "Done"


def test_a_clause_about_a_key_that_there_is_not_is_left_out() -> None:
    words = "None yet. {spawn} starts one."
    assert advice.keyed(words, _keys) == "None yet. n starts one."
    assert advice.keyed(words, _no_keys) == "None yet."
    assert advice.keyed("No window: {spawn} opens one.", _no_keys) == "No window"


async def test_the_keys_are_those_of_the_table_where_nothing_is_remapped() -> None:
    async with running(core_of(samples.typical())) as (pilot, _):
        keys = advice.keys_of(pilot.app)
        assert {command: keys(command) for command in _DEFAULTS} == _DEFAULTS
        assert keys("no such command") == ""


async def test_a_remapped_key_is_the_one_that_is_named() -> None:
    config = Config(keys={"history": "f5", "spawn": "f6"})
    core = replace(core_of(samples.typical()), config=config)
    async with running(core) as (pilot, dashboard):
        assert advice.keys_of(pilot.app)("history") == "f5"
        await pilot.press("question_mark")  # whatever is in front
        dashboard.report(RefusedError("Not now", advice=(Advice("", Act.SPAWN),)))
        await until(pilot, lambda: "press f6" in toasts(pilot))
        assert dashboard.key_of("spawn") == "f6"


async def test_a_key_given_to_another_command_is_not_named_for_the_first() -> None:
    core = replace(core_of(samples.typical()), config=Config(keys={"zoom": "H"}))
    async with running(core) as (pilot, _):
        assert advice.keys_of(pilot.app)("history") == ""


async def test_an_empty_list_names_the_remapped_key() -> None:
    core = replace(core_of(samples.empty()), config=Config(keys={"spawn": "f6"}))
    async with running(core) as (pilot, _):
        await until(pilot, lambda: "f6 starts a session" in on_screen(pilot))
