"""What our hooks wrote down of agents: `pdev/agents/<session>--<pid>.json` below the root."""

from __future__ import annotations

import re

from parallel_tui.adapters.agents.claude import of_tool
from parallel_tui.adapters.agents.mechanics import values
from parallel_tui.adapters.agents.mechanics.watched_folder import NotUnderstoodError, WatchedFolder
from parallel_tui.model.agent.record import AgentKind, AgentSign, Doing, Strength
from parallel_tui.model.agent.waiting import WaitsFor
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

    from parallel_tui.model.text.strict_json import Json

SCHEMA: Final = 1

_SAID: Final = 400
"""Characters kept of an agent's last words; a row has room for fewer."""

_NAME: Final = re.compile(r"[^/]*--[1-9][0-9]{0,9}\.json", re.ASCII)

_STATES: Final = {
    "working": Doing.WORKING,
    "waiting": Doing.WAITING,
    "done": Doing.DONE,
    "idle": Doing.RESTING,
    "failed": Doing.FAILED,
    "limited": Doing.LIMITED,
    "ended": Doing.ENDED,
}

_TELLING: Final = frozenset(
    {"SessionStart", "UserPromptSubmit", "PreToolUse", "PostToolUse", "PostToolUseFailure"}
    | {"PermissionRequest", "Stop", "StopFailure", "SessionEnd"}
)
"""Events at which an agent's state changes. At any other the file says again what it said before,
under a new time."""

_FOR: Final = {
    "permission": WaitsFor.PERMISSION,
    "question": WaitsFor.QUESTION,
    "plan": WaitsFor.PLAN,
    "dialog": WaitsFor.DIALOG,
}

_ERRORS: Final = {
    "rate_limit": "the limit of its account is reached",
    "server_error": "the model's server does not answer",
    "authentication_failed": "the model's server does not accept its account",
    "billing_error": "its account cannot be charged",
}


@dataclass(frozen=True, slots=True)
class HookFile:
    """What one hook file says.

    Attributes:
        kind: Which program.
        session: Name of the session that it was told.
        pid: The agent's process.
        start: When that started, as the kernel prints it; empty where that is not told.
        conversation: Id of the conversation.
        sign: What the agent is doing; `None` for an event that says nothing of it.
        message: What it said last.
        cwd: Where it works.
        pane: Id of the tmux pane that it is in; empty where the file names none.
        at: When that was told, in epoch seconds.
    """

    kind: AgentKind
    session: str
    pid: int
    start: str
    conversation: str
    sign: AgentSign | None
    message: str
    cwd: str
    pane: str
    at: float


def folder(root: str) -> WatchedFolder[HookFile]:
    """The folder of hook files below a coordination root."""
    return WatchedFolder(f"{root}/pdev/agents", is_hook_file, parse)


def is_hook_file(name: str) -> bool:
    """Whether a name is that of a hook file; drafts begin with a dot."""
    return not name.startswith(".") and _NAME.fullmatch(name) is not None


def parse(name: str, data: Mapping[str, Json], changed: float) -> HookFile:
    """What a hook file says.

    Args:
        name: Of the file.
        data: What it holds.
        changed: When it was changed, in epoch seconds.

    Raises:
        NotUnderstoodError: When it is none that is known here.
    """
    if data.get("schema") != SCHEMA:
        raise NotUnderstoodError(f"its schema is {str(data.get('schema'))[:20]}, not {SCHEMA}")
    pid = values.process(data.get("pid"))
    if pid is None:
        raise NotUnderstoodError("it names no process")
    agent = data.get("agent")
    kind = next((each for each in AgentKind if each.value == agent), AgentKind.COMMAND)
    return HookFile(
        kind=kind,
        session=values.text(data, "session"),
        pid=pid,
        start=values.token(data.get("start")),
        conversation=values.text(data, "conversation"),
        sign=_sign(data, changed),
        message=values.text(data, "message"),
        cwd=values.text(data, "cwd"),
        pane=values.text(data, "pane"),
        at=values.moment(data.get("at")) or changed,
    )


def _sign(data: Mapping[str, Json], changed: float) -> AgentSign | None:
    state = data.get("state")
    if not isinstance(state, str) or state not in _STATES:
        raise NotUnderstoodError(f"its state {str(state)[:40]!r} is not known")
    doing = _STATES[state]
    asked = _FOR.get(values.text(data, "for"))
    tool, detail = values.text(data, "tool"), values.text(data, "detail")
    if doing is Doing.WAITING and asked is None and not tool:
        return None  # a reminder: what was asked before it is what counts
    if asked is WaitsFor.PERMISSION or (doing is Doing.WAITING and asked is None):
        asked = of_tool(tool)
    if doing is Doing.DONE and values.number(data.get("background"), 1e6):
        doing = Doing.BACKGROUND
    at = values.moment(data.get("at")) or changed
    event = values.text(data, "event")
    dated = not event or event in _TELLING or doing is Doing.WAITING
    since = values.moment(data.get("since")) or (at if dated else None)
    words = _words(doing, asked, tool, detail or _last_words(doing, data), data)
    return AgentSign(
        Strength.HOOK, "hook", doing, words, since=since, seen_at=at, waits_for=asked,
        until=values.moment(data.get("until")) or _end_of_limit(doing, data, at),
        said=_first_line(values.text(data, "message")),
    )  # fmt: skip


def _end_of_limit(doing: Doing, data: Mapping[str, Json], at: float) -> float | None:
    """When a limit ends, as far as the agent's last words tell; `None` for anything else."""
    if doing is not Doing.LIMITED:
        return None
    from parallel_tui.model.agent.limit import ends_at  # dates and zones: for few looks only

    return ends_at(values.text(data, "message") or values.text(data, "detail"), at)


def _last_words(doing: Doing, data: Mapping[str, Json]) -> str:
    """What an agent said of what went wrong."""
    return values.text(data, "message")[:400] if doing in (Doing.FAILED, Doing.LIMITED) else ""


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")[:_SAID]


def _words(
    doing: Doing, asked: WaitsFor | None, tool: str, detail: str, data: Mapping[str, Json]
) -> str:
    what = ": ".join(part for part in (tool, detail) if part)
    if doing is Doing.WAITING:
        if asked is WaitsFor.PERMISSION:
            return f"it asks for permission to run {what}" if what else "it asks for permission"
        if asked is WaitsFor.QUESTION:
            return f"it asks: {detail}" if detail else "it has asked a question"
        if asked is WaitsFor.PLAN:
            return f"it asks for approval of its plan{': ' + detail if detail else ''}"
        return f"a dialog is open on its screen{': ' + detail if detail else ''}"
    if doing is Doing.WORKING:
        return f"it runs {what}" if what else "it works on a prompt"
    error = values.text(data, "error")
    if doing in (Doing.FAILED, Doing.LIMITED):
        default = f"its turn ended with the error {error}" if error else "its turn ended in error"
        if doing is Doing.LIMITED:
            default = _ERRORS["rate_limit"]
        said = _ERRORS.get(error, default)
        return f"{said}: {detail}" if detail else said
    if doing is Doing.ENDED:
        return "it has ended by itself"
    if doing is Doing.BACKGROUND:
        return "its turn has ended, and something that it began runs on"
    return "it has finished" if doing is Doing.DONE else "it is at its prompt"
