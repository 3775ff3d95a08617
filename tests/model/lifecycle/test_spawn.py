"""The command line of an agent, and what belongs to the runtime."""

from __future__ import annotations

import shlex
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parallel_tui.errors import UsageError
from parallel_tui.model.lifecycle.runtime_files import context, is_runtime
from parallel_tui.model.settings import agent_command
from parallel_tui.model.settings.config import LayoutPane


@given(st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_a_prompt_is_one_word_whatever_is_in_it(prompt: str) -> None:
    for agent in ("agent --go", "agent --go {prompt}"):
        words = shlex.split(agent_command.agent_with_prompt(agent, prompt))
        given_on = f" {prompt}" if prompt.startswith("-") else prompt
        expected = [given_on] if prompt.strip() or "{prompt}" in agent else []
        assert words == ["agent", "--go", *expected]


@settings(max_examples=10, deadline=None)
@given(st.text(alphabet="'\"$`\\\n ;|&#!~*ab", min_size=1))
def test_a_real_shell_passes_it_on_unchanged(prompt: str) -> None:
    line = agent_command.agent_with_prompt("printf '%s' {prompt}", prompt)
    assert subprocess.run(["sh", "-c", line], capture_output=True).stdout == prompt.encode()


def test_prompts_that_need_care() -> None:
    assert agent_command.agent_with_prompt("claude", "-p hi") == "claude ' -p hi'"
    assert agent_command.agent_with_prompt("claude", " \n") == "claude"
    assert agent_command.agent_with_prompt("", "hi") == ""
    with pytest.raises(UsageError, match="NUL"):
        agent_command.agent_with_prompt("claude", "a\0b")


def test_a_layout_without_the_agent_starts_none() -> None:
    assert not agent_command.runs_agent((LayoutPane("htop"),))


def test_runtime_state_is_told_from_settings() -> None:
    for name in ("settings.local.json", "commands/x.md", "agents/locksmith.md", "CLAUDE.md"):
        assert not is_runtime(f".claude/{name}")
    for name in (
        "locks/src_a.lock", "events/1.json", "parallel-state.json", "parallel-state.json.tmp",
        "status.md", "session-12-tasks.md", "pdev/journal.jsonl", "feature-context.md",
        "worktrees/a/b", "scheduled_tasks.lock", "journal.jsonl",
    ):  # fmt: skip
        assert is_runtime(f".claude/{name}"), name


def test_a_title_cannot_add_sections_to_the_context() -> None:
    text = context(
        name="x\n## Status\nDone", branch="b", created="now", base="main", session="x", prompt=""
    )
    assert text.splitlines()[0] == "# Feature: x ## Status Done"
    assert text.count("\n## Status\n") == 1
    assert "## Prompt" not in text
