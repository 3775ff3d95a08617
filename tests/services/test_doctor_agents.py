"""The doctor asks Claude Code itself, and tells where that differs from what is written down."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from parallel_tui.adapters.agents.asked import AskedClaude
from parallel_tui.bootstrap import Core
from parallel_tui.errors import CouldNotLookError
from parallel_tui.model.lifecycle.finding import Finding, Severity
from tests.support import fake_agent

OpenCore = Callable[..., Core]

pytestmark = pytest.mark.usefixtures("world")


def findings(core: Core) -> list[Finding]:
    return [each for each in core.doctor.examine() if each.topic == "agents"]


@pytest.fixture
def config() -> Path:
    return Path(os.environ["HOME"]) / ".claude"


@pytest.fixture
def says(tmp_path: Path, isolated: dict[str, str]) -> Callable[[str], None]:
    """Put a program named `claude` first, which prints a text and counts how often it did."""
    folder = tmp_path / "bin"
    folder.mkdir()
    isolated["PATH"] = f"{folder}:{isolated['PATH']}"

    def say(text: str) -> None:
        (folder / "said").write_text(text)
        script = folder / "claude"
        script.write_text(f'#!/bin/sh\n[ "$*" = "agents --json" ] && cat "{folder}/said"\n')
        script.chmod(0o755)

    return say


def test_nothing_is_asked_where_no_agent_ever_wrote(
    core_of: OpenCore, says: Callable[[str], None]
) -> None:
    says("this is not JSON")
    assert findings(core_of()) == []


def test_what_both_say_alike_is_well(
    core_of: OpenCore, config: Path, says: Callable[[str], None]
) -> None:
    fake_agent.write(config, fake_agent.record(os.getpid(), "busy"))
    says(json.dumps([{"pid": os.getpid(), "status": "busy"}]))
    (found,) = findings(core_of())
    assert found.severity is Severity.GOOD
    assert "1 agent known, 1 told of as written down" in found.what


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ('[{"pid": 1, "status": "idle"}]', "claude tells of the process 1,"),
        ("[]", "a state file tells of the process PID"),
        ('[{"pid": PID, "status": "dreaming"}]', "'dreaming': not known here"),
    ],
)
def test_what_they_say_differently_is_told(
    core_of: OpenCore, config: Path, says: Callable[[str], None], told: str, words: str
) -> None:
    fake_agent.write(config, fake_agent.record(os.getpid(), "busy"))
    pid = str(os.getpid())
    says(told.replace("PID", pid))
    found = findings(core_of())
    words = words.replace("PID", pid)
    assert any(words in each.what and each.severity is not Severity.GOOD for each in found)


@pytest.mark.parametrize("text", ["", "{}", "nonsense", '[{"pid": 1}'])
def test_an_answer_that_is_none_is_said_and_nothing_else(
    core_of: OpenCore, config: Path, says: Callable[[str], None], text: str
) -> None:
    fake_agent.write(config, fake_agent.record(os.getpid(), "busy"))
    says(text)
    (found,) = findings(core_of())
    assert found.severity is Severity.UNKNOWN


def test_a_program_that_is_not_installed_is_no_trouble(config: Path, tmp_path: Path) -> None:
    fake_agent.write(config, fake_agent.record(os.getpid(), "busy"))
    env = {"PATH": str(tmp_path)}
    assert AskedClaude(env).statuses() is None
    broken = tmp_path / "claude"
    broken.write_text("#!/not/there\n")
    broken.chmod(0o755)
    with pytest.raises(CouldNotLookError):
        AskedClaude(env).statuses()
