"""What is added to a command line that starts Claude Code, and what is left as it is."""

from __future__ import annotations

import json
import shlex

import pytest

from parallel_tui.command_lines import FREE_FOR_AGENTS
from parallel_tui.model.agent.claude_line import Binding, binding, settings_text
from parallel_tui.model.agent.hook_line import HookPlace

FILE = "/r/a b/claude-settings.json"


def _bound(line: str, conversation: str | None = "u-1") -> list[str] | None:
    found = binding(line, settings=FILE, name="per'f", conversation=conversation)
    if found is None:
        return None
    words = "".join(f" {shlex.quote(each)}" for each in found.words)
    return shlex.split(line[: found.at] + words + line[found.at :])


@pytest.mark.parametrize(
    ("line", "before", "after"),
    [
        ("claude", ["claude"], []),
        ("  claude {prompt}", ["claude"], ["{prompt}"]),
        ("exec claude --model opus", ["exec", "claude"], ["--model", "opus"]),
        ("A=1 B=x/y /opt/claude-2/bin/claude -p hi", ["A=1", "B=x/y", "/opt/claude-2/bin/claude"],
         ["-p", "hi"]),
        ("claude --worktree feat1; exec zsh", ["claude"], ["--worktree", "feat1;", "exec", "zsh"]),
        ("claude || true", ["claude"], ["||", "true"]),
    ],
)  # fmt: skip
def test_a_plain_line_gets_settings_name_and_conversation(
    line: str, before: list[str], after: list[str]
) -> None:
    ours = ["--settings", FILE, "-n", "per'f", "--session-id", "u-1"]
    assert _bound(line) == [*before, *ours, *after]


@pytest.mark.parametrize(
    ("line", "missing"),
    [
        ("claude --settings x", "--settings"),
        ("claude --settings='{\"a\": 1}'", "--settings"),
        ("claude -n mine", "-n"),
        ("claude --name=mine", "-n"),
        ("claude --session-id 7", "--session-id"),
        ("claude --resume 7", "--session-id"),
        ("claude -r", "--session-id"),
        ("claude --continue", "--session-id"),
        ("claude -c --fork-session", "--session-id"),
    ],
)
def test_what_the_line_says_itself_stays_its_own(line: str, missing: str) -> None:
    found = binding(line, settings=FILE, name="n", conversation="u-1")
    assert found is not None
    ours = {"--settings", "-n", "--session-id"}
    assert set(found.words) & ours == ours - {missing}
    assert found.conversation == (None if missing == "--session-id" else "u-1")


@pytest.mark.parametrize(
    "line",
    ["", "codex", "claude-code", "my claude", "'claude'", "claudes", "cd x && claude", "$CLAUDE",
     "claude 'unfinished", "claude --bare", "claude mcp list", "claude update", "claude --version",
     "sh -c claude", "claude.sh", "echo claude"],
)  # fmt: skip
def test_any_other_line_is_left_alone(line: str) -> None:
    assert _bound(line) is None


def test_a_line_that_runs_twice_begins_no_conversation_of_its_own() -> None:
    assert binding("claude", settings=FILE, name="n", conversation=None) == Binding(
        6, ("--settings", FILE, "-n", "n"), None
    )


def test_the_settings_are_what_an_agent_reads() -> None:
    said = json.loads(settings_text(HookPlace("/usr/bin/python3", "/x"), FREE_FOR_AGENTS))
    assert said["preferredNotifChannel"] == "terminal_bell"
    assert "Bash(pdev lock:*)" in said["permissions"]["allow"]
    refused = ("remove", "spawn", "sync", "cleanup", "merge", "send", "unlock:", "hooks", "config")
    assert not [each for each in said["permissions"]["allow"] for bad in refused if bad in each]
    assert "statusLine" not in said, "the person's own stays"
