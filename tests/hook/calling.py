"""Call the hook as an agent does: its command line through a shell, its event on standard input."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import parallel_tui
from parallel_tui.model.agent.hook_line import HookPlace, command

FOLDER = Path(parallel_tui.__file__).parent
PLACE = HookPlace(os.path.realpath(sys.executable), str(FOLDER))


@dataclass
class Answer:
    """What the hook answered.

    Attributes:
        status: Its exit status.
        said: Its JSON; empty when it said nothing.
        stderr: What it told beside that.
    """

    status: int
    said: dict[str, Any]
    stderr: str

    @property
    def denied(self) -> str:
        """Why the edit was denied; empty when it was not."""
        inner = self.said.get("hookSpecificOutput", {})
        if inner.get("permissionDecision") == "deny":
            return str(inner["permissionDecisionReason"])
        return str(self.said.get("reason", "")) if self.said.get("decision") == "deny" else ""

    @property
    def context(self) -> str:
        """What the agent was told."""
        return str(self.said.get("hookSpecificOutput", {}).get("additionalContext", ""))

    @property
    def warning(self) -> str:
        """What the person was told."""
        return str(self.said.get("systemMessage", ""))


@dataclass
class Agent:
    """An agent that works somewhere.

    Attributes:
        cwd: Where.
        env: Its environment.
        agent: Which one.
        session: The session that its environment names; empty for none.
        place: Where the hook stands.
    """

    cwd: Path
    env: dict[str, str]
    agent: str = "claude"
    session: str = ""
    place: HookPlace = PLACE
    extra: dict[str, str] = field(default_factory=dict)

    def run(self, event: str, stdin: bytes) -> Answer:
        """Call the hook with a text of whatever kind."""
        env = {**self.env, "CLAUDE_PID": str(os.getpid()), **self.extra}
        if self.session:
            env["PDEV_SESSION"] = self.session
        done = subprocess.run(
            ["/bin/sh", "-c", command(self.place, self.agent, event)],
            input=stdin, env=env, cwd=self.cwd, capture_output=True, check=False, timeout=60,
        )  # fmt: skip
        said = json.loads(done.stdout) if done.stdout.strip() else {}
        return Answer(done.returncode, said, done.stderr.decode("utf-8", "replace"))

    def tell(self, event: str, **told: Any) -> Answer:
        """Tell the hook an event, in the shape that Claude Code gives it."""
        facts = {"session_id": "c0ffee", "cwd": str(self.cwd), "hook_event_name": event, **told}
        return self.run(event, json.dumps(facts).encode())

    def edit(self, path: Path | str, tool: str = "Edit", key: str = "file_path") -> Answer:
        """Ask to edit a file."""
        before = "BeforeTool" if self.agent == "gemini" else "PreToolUse"
        return self.tell(before, tool_name=tool, tool_input={key: str(path)})


def evidence(root: Path) -> list[dict[str, Any]]:
    """What was recorded below a coordination root."""
    return [json.loads(each.read_bytes()) for each in sorted((root / "pdev/agents").glob("*.json"))]


def warned(root: Path) -> list[str]:
    """What the hook left as warnings."""
    files = sorted((root / "pdev/warnings").glob("*.json"))
    return [each for file in files for each in json.loads(file.read_bytes())["what"]]
