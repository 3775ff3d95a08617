"""What agents tell the hook, and what it writes down of that."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from parallel_tui import hook
from tests.hook.calling import Agent, evidence
from tests.support.world import World

QUESTION = {"questions": [{"question": "Which colour?", "options": []}]}
BASH = {"tool_name": "Bash", "tool_input": {"command": "touch x", "description": "make a file"}}
ASK = {"tool_name": "AskUserQuestion", "tool_input": QUESTION}
PLAN = {"tool_name": "ExitPlanMode", "tool_input": {}}
SHELL = {"id": "b", "type": "shell", "status": "running", "command": "sleep 60"}


@pytest.fixture
def claude(world: World) -> Agent:
    """A Claude in a worktree of a repository in which pdev was used."""
    tree = world.worktree("perf")
    (world.repo / ".claude/pdev").mkdir(parents=True)
    return Agent(tree, dict(world.env))


STEPS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("SessionStart", {"source": "startup"}, {"state": "idle"}),
    ("UserPromptSubmit", {"prompt": "go"}, {"state": "working"}),
    ("PostToolUse", BASH, {"state": "working", "tool": "Bash", "detail": "touch x"}),
    ("PermissionRequest", BASH, {"state": "waiting", "for": "permission", "detail": "touch x"}),
    ("Notification", {"notification_type": "permission_prompt", "message": "Claude needs"},
     {"state": "waiting", "for": "permission", "detail": "touch x"}),
    ("PostToolUse", {**BASH, "agent_id": "helper"}, {"state": "waiting", "for": "permission"}),
    ("PostToolUse", BASH, {"state": "working", "for": None}),
    ("PreToolUse", ASK, {"state": "waiting", "for": "question", "detail": "Which colour?"}),
    ("PermissionRequest", ASK, {"state": "waiting", "for": "question", "detail": "Which colour?"}),
    ("PostToolUse", ASK, {"state": "working"}),
    ("PermissionRequest", PLAN, {"state": "waiting", "for": "plan"}),
    ("PostToolUseFailure", BASH, {"state": "working"}),
    ("Stop", {"background_tasks": [SHELL], "last_assistant_message": "done."},
     {"state": "done", "background": 1, "message": "done."}),
    ("SubagentStop", {"agent_type": ""}, {"event": "Stop", "state": "done"}),
    ("Notification", {"notification_type": "idle_prompt"}, {"state": "done"}),
    ("SessionStart", {"source": "compact"}, {"state": "done"}),
    ("UserPromptSubmit", {}, {"state": "working", "background": 0}),
    ("StopFailure", {"error": "rate_limit"}, {"state": "limited", "error": "rate_limit"}),
    ("StopFailure", {"error": "server_error"}, {"state": "failed", "error": "server_error"}),
    ("SessionEnd", {"reason": "clear"}, {"state": "idle"}),
    ("SessionStart", {"source": "clear", "session_id": "another"}, {"conversation": "another"}),
    ("UserPromptSubmit", {}, {"state": "working"}),
    ("Notification", {"notification_type": "idle_prompt"}, {"state": "idle"}),
    ("SessionEnd", {"reason": "prompt_input_exit"}, {"state": "ended"}),
]  # fmt: skip


def test_a_life_of_an_agent_is_written_down_step_by_step(world: World, claude: Agent) -> None:
    claude.env["TMUX_PANE"] = "%7"
    for event, told, wanted in STEPS:
        answer = claude.tell(event, **told)
        assert (answer.status, answer.said, answer.stderr) == (0, {}, "")
        (line,) = evidence(world.repo / ".claude")
        assert {key: line[key] for key in wanted} == wanted, event
        assert (line["session"], line["agent"], line["pid"]) == ("perf", "claude", os.getpid())
    assert (line["start"], line["pane"]) == (hook.start_of(os.getpid()), "%7")
    name = f"perf--{os.getpid()}.json"
    assert [each.name for each in (world.repo / ".claude/pdev/agents").iterdir()] == [name]
    assert world.git("status", "--porcelain", cwd=claude.cwd) == ""


def test_an_event_that_says_nothing_of_the_state_makes_none_up(world: World, claude: Agent) -> None:
    for event in ("PreCompact", "ConfigChange", "Notification", "Nonsense"):
        claude.tell(event)
    claude.tell("SessionStart", source="compact")
    assert evidence(world.repo / ".claude") == []
    claude.tell("Stop")
    claude.tell("PreCompact")
    assert [each["state"] for each in evidence(world.repo / ".claude")] == ["done"]


def test_a_session_that_is_named_in_the_environment(world: World, claude: Agent) -> None:
    claude.session = "Näme [b] #{x} $(touch y)"
    claude.tell("UserPromptSubmit")
    (line,) = evidence(world.repo / ".claude")
    assert line["session"] == claude.session
    assert not (claude.cwd / "y").exists()


def test_gemini_and_codex_have_words_of_their_own(world: World, claude: Agent) -> None:
    details = {"type": "exec", "title": "Confirm", "command": "touch made.txt"}
    claude.agent = "gemini"
    steps: list[tuple[str, dict[str, Any], str]] = [
        ("BeforeAgent", {"prompt": "x"}, "working"),
        ("BeforeTool", {"tool_name": "run_shell_command", "tool_input": {}}, "working"),
        ("Notification", {"notification_type": "ToolPermission", "details": details}, "waiting"),
        ("AfterAgent", {"prompt_response": "made it"}, "done"),
    ]
    for event, told, wanted in steps:
        claude.tell(event, **told)
        (line,) = evidence(world.repo / ".claude")
        assert line["state"] == wanted
        assert line["agent"] == "gemini"
        assert wanted != "waiting" or line["detail"] == "touch made.txt"
    assert line["message"] == "made it"


def test_a_repository_that_never_saw_pdev_is_left_as_it_is(world: World) -> None:
    agent = Agent(world.repo, dict(world.env))
    assert agent.tell("SessionStart").said == {}
    assert agent.edit(world.repo / "README.md").said == {}
    assert not (world.repo / ".claude").exists()
    assert not (world.repo / ".git/pdev").exists()


def test_what_is_only_looked_at_gets_no_untracked_files(world: World) -> None:
    (world.repo / ".git/pdev").mkdir()
    agent = Agent(world.repo, dict(world.env))
    assert agent.tell("SessionStart").said == {}
    assert world.git("status", "--porcelain") == ""
    locks = world.repo / ".claude/locks"
    locks.mkdir(parents=True)
    (locks / "README.md.lock").write_text("theirs\n")
    assert "locked by theirs" in agent.edit(world.repo / "README.md").denied
    assert [each.name for each in locks.parent.iterdir()] == ["locks"]


def test_an_agent_that_left_the_repository_is_still_that_session(
    world: World, claude: Agent, tmp_path: Path
) -> None:
    claude.extra = {"CLAUDE_PROJECT_DIR": str(claude.cwd)}
    claude.tell("UserPromptSubmit", cwd=str(tmp_path))
    (line,) = evidence(world.repo / ".claude")
    assert line["session"] == "perf"


def test_nothing_of_a_terminal_s_language_gets_through(world: World, claude: Agent) -> None:
    nasty = "\x1b]52;c;aGk=\x07 [red]\u202e" + "x" * 900
    claude.tell("PermissionRequest", tool_name="Bash", tool_input={"command": nasty})
    raw = next((world.repo / ".claude/pdev/agents").iterdir()).read_text()
    detail = json.loads(raw)["detail"]
    assert len(detail) <= 400
    assert detail.isprintable()
