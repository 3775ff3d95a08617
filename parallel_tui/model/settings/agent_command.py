"""Build the commands of a new window: the agent's command with its prompt, per pane.

Names and prompts never become shell text unquoted: a name travels only in the environment, a
prompt only as one quoted word.
"""

from __future__ import annotations

import shlex

from parallel_tui.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

    from parallel_tui.model.settings.config import LayoutPane

AGENT = "{agent}"
PROMPT = "{prompt}"
MAX_PROMPT: Final = 100_000
"""Bytes; Linux gives a command no argument longer than 128 KiB."""
_INLINE: Final = 4000


def environment(session: str) -> dict[str, str]:
    """Variables that tell programs in a window which session they belong to.

    `PDEV_SESSION` is ours; the guide's scripts read `CLAUDE_SESSION` and `CLAUDE_SESSION_ID`.
    """
    return {"PDEV_SESSION": session, "CLAUDE_SESSION": session, "CLAUDE_SESSION_ID": session}


def prompt_word(prompt: str) -> str:
    """A prompt as an agent gets it.

    Raises:
        UsageError: When it cannot be an argument of a command.
    """
    if "\0" in prompt:
        raise UsageError("The prompt contains a NUL character, which no command can be given.")
    if len(prompt.encode("utf-8", "surrogateescape")) > MAX_PROMPT:
        raise UsageError(
            f"The prompt is longer than {MAX_PROMPT} bytes, which no command can be given.",
            hint="Put it into a file and tell the agent to read that.",
        )
    # An agent would take a prompt that begins with a dash for an option of its own.
    return f" {prompt}" if prompt.startswith("-") else prompt


def needs_file(prompt: str) -> bool:
    """Whether a prompt is too long for the command that opens a window (tmux: 16 KiB in all)."""
    return len(shlex.quote(prompt).encode("utf-8", "surrogateescape")) > _INLINE


def agent_with_prompt(agent: str, prompt: str, file: str | None = None) -> str:
    """The shell line that starts an agent with its first prompt.

    Args:
        agent: Command as configured; `{prompt}` in it is where the prompt goes, else it is the
            last argument.
        prompt: Free text, of several lines if need be; empty for none.
        file: A file that holds the prompt, to be read in its place; `None` to write it out.

    Raises:
        UsageError: When the prompt cannot be an argument of a command.
    """
    text = prompt_word(prompt)
    if not agent.strip():
        return ""
    word = shlex.quote(text) if file is None else f'"$(cat {shlex.quote(file)})"'
    if PROMPT in agent:
        return agent.replace(PROMPT, word)
    return f"{agent} {word}" if prompt.strip() else agent


def runs_agent(panes: Sequence[LayoutPane]) -> bool:
    """Whether a layout starts the agent."""
    return any(AGENT in pane.command for pane in panes)
