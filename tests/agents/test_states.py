"""What Claude Code's own state file says, from start to end."""

from __future__ import annotations

import json
from pathlib import Path

from tests.agents.driver.claude import Agent, Home
from tests.agents.driver.model import Model, Say, Use
from tests.agents.driver.scripts import COLOURS, touch
from tests.support.waiting import eventually
from tests.support.world import World


def _record(agent: Agent) -> dict[str, object]:
    found: dict[str, object] = json.loads(agent.file.read_text())
    return found


def test_a_session_names_its_process_and_its_window(home: Home, world: World) -> None:
    tree = world.worktree("perf")
    agent = home.start("perf", tree)
    record = _record(agent)
    stat = Path(f"/proc/{agent.pid}/stat").read_text()
    assert record["procStart"] == stat.rpartition(")")[2].split()[19]
    assert record["tmux"] == f"work:{agent.window}.{agent.pane}"
    assert (record["cwd"], record["name"]) == (str(tree), "perf")


def test_a_prompt_makes_it_work_and_then_rest(home: Home, world: World, model: Model) -> None:
    model.script("talk", Say("all fine", thinking="let me see"), held=True)
    agent = home.start("perf", world.worktree("perf"))
    with agent.watched() as seen:
        agent.ask("please [[talk]]")
        agent.until("busy")
        model.let("talk")
        agent.until("idle")
    assert [each.state for each in seen.values] == [("idle", ""), ("busy", ""), ("idle", "")]
    agent.shows("all fine")


def test_it_waits_for_a_permission(home: Home, world: World, model: Model) -> None:
    tree = world.worktree("perf")
    model.script("run", touch("made"), Say("made"), held=True)
    agent = home.start("perf", tree)
    with agent.watched() as seen:
        agent.ask("please [[run]]")
        agent.until("busy")
        model.let("run")
        agent.until("waiting", "permission prompt")
        agent.shows("Do you want to proceed?")
        assert not (tree / "made").exists()
        agent.answer("Enter")
        agent.until("idle")
    states = [each.state for each in seen.values]
    assert states[:3] == [("idle", ""), ("busy", ""), ("waiting", "permission prompt")]
    assert states[-1] == ("idle", "")
    assert (tree / "made").exists()


def test_it_waits_for_the_answer_to_a_question(home: Home, world: World, model: Model) -> None:
    model.script("colour", Use("AskUserQuestion", COLOURS), Say("thank you"), held=True)
    agent = home.start("perf", world.worktree("perf"))
    with agent.watched() as seen:
        agent.ask("please [[colour]]")
        agent.until("busy")
        model.let("colour")
        agent.until("waiting", "input needed")
        agent.shows("Which colour?")
        agent.answer("Enter")
        agent.until("idle")
    assert [each.state for each in seen.values][:3] == [
        ("idle", ""),
        ("busy", ""),
        ("waiting", "input needed"),
    ]
    assert "Red" in home.service.turns("colour")[-1].results


def test_it_waits_for_consent_to_a_plan(home: Home, world: World, model: Model) -> None:
    model.script("plan", Use("ExitPlanMode", {"plan": "1. do it"}), held=True)
    agent = home.start("perf", world.worktree("perf"), "--permission-mode", "plan")
    with agent.watched() as seen:
        agent.ask("please [[plan]]")
        agent.until("busy")
        model.let("plan")
        agent.until("waiting")
        agent.answer("Escape")
        agent.until("idle")
    assert [each.state for each in seen.values][:3] == [
        ("idle", ""),
        ("busy", ""),
        ("waiting", "permission prompt"),
    ]


def test_an_interrupted_turn_is_at_rest_at_once(home: Home, world: World, model: Model) -> None:
    model.script("long", Say("too late"), held=True)
    agent = home.start("perf", world.worktree("perf"))
    agent.ask("please [[long]]")
    agent.until("busy")
    eventually(lambda: home.service.turns("long"))
    agent.keys("Escape")
    agent.until("idle")


def test_a_killed_one_leaves_its_file_behind(home: Home, world: World, model: Model) -> None:
    model.script("long", Say("too late"), held=True)
    agent = home.start("perf", world.worktree("perf"))
    agent.ask("please [[long]]")
    agent.until("busy")
    agent.kill()
    assert _record(agent)["status"] == "busy"
    assert not agent.alive()


def test_one_that_is_left_or_whose_window_closes_takes_its_file_away(
    home: Home, world: World
) -> None:
    left = home.start("left", world.worktree("left"))
    closed = home.start("closed", world.worktree("closed"))
    left.ask("/exit")
    eventually(lambda: not left.alive() and not left.file.exists(), what="left")
    world.tmux("kill-window", "-t", closed.window)
    eventually(lambda: not closed.alive() and not closed.file.exists(), what="closed")
