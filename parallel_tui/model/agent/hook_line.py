"""How agents call the hook: at which events, with which command line.

One text everywhere: an agent that finds the same handler in two places runs it once.
"""

from __future__ import annotations

import shlex

from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

    from parallel_tui.model.text.strict_json import Json

MARK: Final = "pdev-hook"
"""Stands in every command line of ours, so that it is known again whatever else changes."""

EDIT_TOOLS: Final = "Edit|Write|MultiEdit|NotebookEdit"

SECONDS: Final = 10
"""After which an agent goes on without an answer."""

ANSWER: Final = "Answer"
"""What the hook is called with to wait for an answer from elsewhere."""

ANSWER_SECONDS: Final = 3600
"""How long it may; the agent's own dialog is open meanwhile."""

SCAN_SECONDS: Final = 120
"""After which a look at all that a session changed is given up."""

_START: Final = "import sys; sys.path.append(sys.argv.pop(1)); import hook; sys.exit(hook.main())"
"""The hook as a module: Python keeps its byte code then, and compiles no script at each call."""


@dataclass(frozen=True, slots=True)
class HookPlace:
    """Where the hook stands.

    Attributes:
        python: Absolute path of a real interpreter, never of a version manager's stand-in.
        folder: Folder of `hook.py`.
        program: Interpreter that has this whole program; empty for none.
    """

    python: str
    folder: str
    program: str = ""


@dataclass(frozen=True, slots=True)
class HookEvent:
    """One event at which an agent calls the hook.

    Attributes:
        name: As the agent has it.
        matcher: Which tools or kinds it is about; empty for all.
    """

    name: str
    matcher: str = ""


AGENT_EVENTS: Final[Mapping[str, tuple[HookEvent, ...]]] = {
    "claude": (
        HookEvent("SessionStart"),
        HookEvent("UserPromptSubmit"),
        HookEvent("PreToolUse", f"{EDIT_TOOLS}|AskUserQuestion|ExitPlanMode"),
        HookEvent("PostToolUse"),
        HookEvent("PostToolUseFailure"),
        HookEvent("PermissionRequest"),
        HookEvent("Notification"),
        HookEvent("Stop"),
        HookEvent("StopFailure"),
        HookEvent("SessionEnd"),
    ),
    "codex": (
        HookEvent("SessionStart"),
        HookEvent("UserPromptSubmit"),
        HookEvent("PreToolUse"),
        HookEvent("PostToolUse"),
        HookEvent("PermissionRequest"),
        HookEvent("Stop"),
        HookEvent("SessionEnd"),
    ),
    "gemini": (
        HookEvent("SessionStart"),
        HookEvent("BeforeAgent"),
        HookEvent("BeforeTool", "write_file|replace"),
        HookEvent("AfterTool"),
        HookEvent("Notification"),
        HookEvent("AfterAgent"),
        HookEvent("SessionEnd"),
    ),
}
"""The events of each agent that has hooks."""


def command(place: HookPlace, agent: str, event: str) -> str:
    """The shell line that an agent runs at an event.

    It ends at once and without a word where the hook is gone: a line that was left behind must
    never keep anybody from working. Agents run it through a shell, so it starts none of its own.
    `MARK` is an argument that nobody reads.
    """
    words = (place.python, "-I", "-S", "-c", _START, place.folder, event, agent, MARK)
    return f"[ -r {shlex.quote(f'{place.folder}/hook.py')} ] || exit 0; exec {shlex.join(words)}"


def scan(place: HookPlace) -> str:
    """The shell line that looks at what a session really changed, when its agent stops.

    It runs beside the agent, which waits for no answer of it.
    """
    code = "import sys; from parallel_tui.cli.main import main; sys.exit(main())"
    program = shlex.quote(place.program)
    words = f"exec {program} -c {shlex.quote(code)} hooks scan >/dev/null 2>&1"
    return f"[ -x {program} ] || exit 0; {words} # {MARK}"


def entry(place: HookPlace, agent: str, event: HookEvent) -> dict[str, Json]:
    """What stands for an event in an agent's settings."""
    handler: dict[str, Json] = {"type": "command", "command": command(place, agent, event.name)}
    if agent == "gemini":
        handler["name"] = MARK
    handler["timeout"] = SECONDS * 1000 if agent == "gemini" else SECONDS
    made: dict[str, Json] = {"matcher": event.matcher} if event.matcher else {}
    made["hooks"] = [handler]
    if agent == "claude" and event.name == "Stop" and place.program:
        beside: dict[str, Json] = {"type": "command", "command": scan(place)}
        made["hooks"] = [handler, {**beside, "async": True, "timeout": SCAN_SECONDS}]
    if agent == "claude" and event.name == "PermissionRequest":
        waits: dict[str, Json] = {"type": "command", "command": command(place, agent, ANSWER)}
        made["hooks"] = [handler, {**waits, "timeout": ANSWER_SECONDS}]
    return made


def is_ours(value: Json) -> bool:
    """Whether something in an agent's settings is a handler of ours."""
    if not isinstance(value, dict):
        return False
    text = value.get("command")
    return isinstance(text, str) and text.rstrip().endswith(f" {MARK}")


def place_in(text: str) -> HookPlace | None:
    """Where a command line of ours finds the hook; `None` when it is none, or an odd one."""
    try:
        words = shlex.split(text)
    except ValueError:
        return None
    if words[9:12] != ["-I", "-S", "-c"] or len(words) < 17 or words[-1] != MARK:
        return None
    return HookPlace(words[8], words[13])
