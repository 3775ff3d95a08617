"""Claude Code's own state files: `sessions/<pid>.json` below its configuration directory.

Nothing of this is documented by its vendor: it is what versions 2.1.197 and 2.1.332 were seen to
write. A status that is not known here is not guessed at. Files beside these that end in `.key` are
secrets, and never opened.
"""

from __future__ import annotations

import re

from parallel_tui.adapters.agents.mechanics import values
from parallel_tui.adapters.agents.mechanics.watched_folder import NotUnderstoodError, WatchedFolder
from parallel_tui.model.agent.record import AgentSign, Doing, Strength
from parallel_tui.model.agent.waiting import WaitsFor
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

    from parallel_tui.model.text.strict_json import Json

_NAME: Final = re.compile(r"[1-9][0-9]{0,9}\.json", re.ASCII)
_PLACE: Final = re.compile(r"@[0-9]+\.(%[0-9]+)\Z", re.ASCII)
_SPACE: Final = re.compile(r":(pid:\[[0-9]+\])\Z", re.ASCII)

_STATES: Final = {
    "busy": (Doing.WORKING, "it works on a prompt"),
    "idle": (Doing.RESTING, "it is at its prompt"),
    "shell": (Doing.BACKGROUND, "its turn has ended, and a background shell runs on"),
}

_WAITS: Final = {
    "permission prompt": (WaitsFor.PERMISSION, "it asks for permission to run a tool"),
    "input needed": (WaitsFor.QUESTION, "it has asked a question"),
    "dialog open": (WaitsFor.DIALOG, "a dialog is open on its screen"),
    "sandbox request": (WaitsFor.PERMISSION, "it asks for permission to go beyond its sandbox"),
    "worker request": (WaitsFor.PERMISSION, "a worker of it asks for permission"),
    "goal proposal": (WaitsFor.PLAN, "it proposes a goal"),
}

_LEAVE: Final = "approve "
_PLAN: Final = "ExitPlanMode"
_QUESTION: Final = "AskUserQuestion"


@dataclass(frozen=True, slots=True)
class ClaudeState:
    """What one state file says.

    Attributes:
        pid: The process that it is of.
        start: When that started, as the kernel prints it; empty where the file does not tell.
        conversation: Id of the conversation.
        cwd: Where it works.
        version: Of the program.
        sign: What it is doing.
        started: When it began, in epoch seconds.
        pane: Id of the tmux pane that it believes to be in; empty where it names none.
        space: Name of the space in which its process id means something; empty for ours.
    """

    pid: int
    start: str
    conversation: str
    cwd: str
    version: str
    sign: AgentSign
    started: float | None
    pane: str
    space: str


def home(env: Mapping[str, str]) -> str:
    """Claude Code's configuration directory; empty where no home is known."""
    chosen = env.get("CLAUDE_CONFIG_DIR", "")
    if chosen:
        return chosen.rstrip("/") or "/"
    own = env.get("HOME", "")
    return f"{own.rstrip('/')}/.claude" if own else ""


def folder(home: str) -> WatchedFolder[ClaudeState]:
    """The folder of state files below a configuration directory."""
    return WatchedFolder(f"{home}/sessions", is_state_file, parse)


def is_state_file(name: str) -> bool:
    """Whether a name is that of a state file."""
    return _NAME.fullmatch(name) is not None


def parse(name: str, data: Mapping[str, Json], changed: float) -> ClaudeState:
    """What a state file says.

    Args:
        name: Of the file.
        data: What it holds.
        changed: When it was changed, in epoch seconds.

    Raises:
        NotUnderstoodError: When it is none that is known here.
    """
    pid = values.process(data.get("pid"))
    if pid is None or f"{pid}.json" != name:
        raise NotUnderstoodError("it is not about the process that it is named after")
    times = ("startedAt", "statusUpdatedAt", "updatedAt")
    started, said, written = (values.moment(data.get(key), unit=1000) for key in times)
    since = said or written or changed
    place = _PLACE.search(values.text(data, "tmux"))
    space = _SPACE.search(values.text(data, "pidDomain"))
    return ClaudeState(
        pid=pid,
        start=values.token(data.get("procStart")),
        conversation=values.text(data, "sessionId"),
        cwd=values.text(data, "cwd"),
        version=values.text(data, "version")[:40],
        sign=_sign(data, since, started),
        started=started,
        pane=place[1] if place else "",
        space=space[1] if space else "",
    )


def _sign(data: Mapping[str, Json], since: float, started: float | None) -> AgentSign:
    status, waits = data.get("status"), None
    if status is None:
        doing, detail = Doing.STARTING, "it has begun, and not said yet what it does"
        since = started or since
    elif status == "waiting":
        doing = Doing.WAITING
        waits, detail = _waits(values.text(data, "waitingFor"))
    elif isinstance(status, str) and status in _STATES:
        doing, detail = _STATES[status]
    else:
        raise NotUnderstoodError(f"its status {str(status)[:40]!r} is not known")
    return AgentSign(
        Strength.OWN_FILE, "claude", doing, detail, since=since, seen_at=since, waits_for=waits
    )


def _waits(words: str) -> tuple[WaitsFor | None, str]:
    if words in _WAITS:
        return _WAITS[words]
    if words.startswith(_LEAVE):
        tool = words.removeprefix(_LEAVE).strip()
        return of_tool(tool), f"it asks for permission: {tool[:80]}"
    return None, f"it waits for: {words[:80]}" if words else "it waits, and does not say for what"


def of_tool(tool: str) -> WaitsFor:
    """What is asked for by an agent that asks for permission to use a tool."""
    if tool == _PLAN:
        return WaitsFor.PLAN
    return WaitsFor.QUESTION if tool == _QUESTION else WaitsFor.PERMISSION
