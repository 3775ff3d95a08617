"""What a hook's answer does to the real program."""

from __future__ import annotations

import json
import shlex
import sys

from tests.agents.driver.claude import Home
from tests.agents.driver.model import Model, Say
from tests.agents.driver.scripts import edit
from tests.support.world import World

REASON = "src/app.py is locked by api since 12:00."


def _answering(event: str, matcher: str, **answer: str) -> str:
    """Settings with a hook that gives one answer."""
    output = json.dumps({"hookSpecificOutput": {"hookEventName": event, **answer}})
    command = shlex.join([sys.executable, "-I", "-S", "-c", f"print({output!r})"])
    hook = {"matcher": matcher, "hooks": [{"type": "command", "command": command}]}
    return json.dumps({"hooks": {event: [hook]}})


def test_a_denial_reaches_the_model_and_the_file_stays(
    home: Home, world: World, model: Model
) -> None:
    tree = world.worktree("perf")
    file = tree / "src/app.py"
    model.script("edit", *edit(file), Say("I could not."))
    denial = {"permissionDecision": "deny", "permissionDecisionReason": REASON}
    agent = home.start("perf", tree, "--settings", _answering("PreToolUse", "Edit", **denial))
    agent.ask("please [[edit]]")
    agent.shows("I could not.")
    assert REASON in home.service.turns("edit")[-1].results
    assert file.read_text() == "x = 1\n"


def test_a_consent_spares_the_question(home: Home, world: World, model: Model) -> None:
    tree = world.worktree("perf")
    file = tree / "src/app.py"
    model.script("edit", *edit(file), Say("I could."))
    settings = _answering("PreToolUse", "Edit", permissionDecision="allow")
    agent = home.start("perf", tree, "--settings", settings)
    with agent.watched() as seen:
        agent.ask("please [[edit]]")
        agent.shows("I could.")
        agent.until("idle")
    assert [each.status for each in seen.values] == ["idle", "busy", "idle"]
    assert file.read_text() == "x = 2\n"


def test_context_reaches_the_model_with_the_prompt(home: Home, world: World, model: Model) -> None:
    model.script("talk", Say("I have heard."))
    context = "A handoff of session api: the tests of src/app.py fail."
    settings = _answering("UserPromptSubmit", "", additionalContext=context)
    agent = home.start("perf", world.worktree("perf"), "--settings", settings)
    agent.ask("please [[talk]]")
    agent.shows("I have heard.")
    assert context in home.service.turns("talk")[-1].text
