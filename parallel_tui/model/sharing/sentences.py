"""What happened, as one sentence: events, handoffs and lines of the journal, on every face. Pure.

Events and journals are files that any program may write, so every field may hold anything: what
does not fit the wording of its kind is told in general words, and what comes out is always one
line that is safe for a terminal.
"""

from __future__ import annotations

from parallel_tui.model.sharing.fields import (
    OddError,
    after,
    because,
    counted,
    details,
    names,
    number,
    optional,
    text,
    texts,
)
from parallel_tui.model.text import strict_json
from parallel_tui.model.text.safe import safe
from parallel_tui.model.text.words import plural

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Final

    from parallel_tui.model.sharing.coordination import Event, Handoff
    from parallel_tui.model.sharing.fields import About
    from parallel_tui.model.sharing.journal import JournalEntry
    from parallel_tui.model.text.strict_json import Json

LONGEST: Final = 400
"""Characters of a sentence; what is longer is cut."""

_ANSWERED: Final = {"accepted": "accepted", "declined": "declined", "done": "finished"}


def event_sentence(event: Event) -> str:
    """An event in one sentence: `fix-parser handed perf: Take the parser tests`."""
    return _line(event_words(event))


def event_words(event: Event) -> str:
    """The same with all that was said, in as many lines as it has, and not made safe to show."""
    if event.problem is not None:
        return f"An event that cannot be read: {event.problem}"
    try:
        payload: Json = strict_json.parse(event.payload)
    except strict_json.NotJsonError:
        payload = event.payload
    # Not "You": agents read this as well.
    who = "The user" if event.session == "user" else event.session or "Somebody"
    word = _EVENTS.get(event.type)
    if word is not None:
        try:
            about = payload if isinstance(payload, dict) else {}
            return word(who, event.recipients, about)
        except OddError:
            pass
    said = details(payload)
    to = f" {names(event.recipients)}" if event.recipients else ""
    if event.type in ("note", ""):
        return f"{who} {f'told{to}' if to else 'noted'}{after(said)}"
    kind = event.type.replace("_", " ")
    return f"{who} sent {f'{to.strip()} ' if to else ''}“{kind}”{after(said)}"


def handoff_sentence(handoff: Handoff) -> str:
    """A handoff in one sentence, with the reason where it was declined."""
    why = f" (declined: {handoff.why})" if handoff.why else ""
    return _line(f"{handoff.sender} handed {handoff.receiver}: {handoff.task}{why}")


def journal_sentence(entry: JournalEntry) -> str:
    """A line of the journal in one sentence: `auth locked src/api.py`, `You removed login`."""
    who = "You" if entry.who in ("user", "") else entry.who
    word = _CHANGES.get(entry.what)
    if word is not None:
        try:
            return _line(f"{who} {word(entry.about)}")
        except OddError:
            pass
    return _line(f"{who}: {entry.what}{after(details(dict(entry.about)))}")


def _line(said: str) -> str:
    return safe(" ".join(said.split()), LONGEST)


# --- events --------------------------------------------------------------------------------------


def _handoff(who: str, to: tuple[str, ...], about: About) -> str:
    task, state = text(about, "task"), optional(about, "state")
    if state in _ANSWERED:
        by = f"what {names(to)} handed over" if to else "a handoff"
        return f"{who} {_ANSWERED[state]} {by}: {task}{_reason(about)}"
    return f"{who} handed {optional(about, 'to') or names(to) or 'on'}: {task}"


def _reason(about: About) -> str:
    why = optional(about, "why") or optional(about, "reason")
    return f" ({why})" if why else ""


def _conflict(who: str, to: tuple[str, ...], about: About) -> str:
    message = optional(about, "message")
    if message:
        return message
    between = names(texts(about, "sessions"))
    found = about.get("paths")
    paths = [each for each in found if each] if isinstance(found, list) else []
    named = [str(each.get("path", "")) if isinstance(each, dict) else str(each) for each in paths]
    where = f" in {names(filter(None, named))}" if any(named) else ""
    return f"{between} conflict{where}"


def _sync_request(who: str, to: tuple[str, ...], about: About) -> str:
    base = text(about, "base")
    behind = counted(about, "behind", "commit")
    whom = names(to) or "everybody"
    return f"{who} asks {whom} to catch up with {base}{f': {behind} behind' if behind else ''}"


def _lock_of(owners: tuple[str, ...], about: About) -> str:
    path = optional(about, "target")
    whose = f"{names(owners)}'s" if any(owners) else "the"
    return f"{whose} lock{f' on {path}' if path else ''}"


def _ended(who: str, to: tuple[str, ...], about: About) -> str:
    return f"{who} ended{_let_go(about)}"


def _let_go(about: About) -> str:
    parts = (
        counted(about, "released", "lock was released", "locks were released"),
        counted(about, "returned", "handoff went back", "handoffs went back"),
    )
    said = " and ".join(filter(None, parts))
    return f"; {said}" if said else ""


def _landed(who: str, to: tuple[str, ...], about: About) -> str:
    return f"{names(to) or 'A session'} landed on {text(about, 'base')}"


def _base_moved(who: str, to: tuple[str, ...], about: About) -> str:
    if message := optional(about, "message"):
        return message
    base, landed = text(about, "base"), names(texts(about, "landed"))
    if about.get("undone"):
        return f"{base} was put back to before {landed} landed"
    return f"{base} has moved: {landed} landed on it"


_EVENTS: Final[Mapping[str, Callable[[str, tuple[str, ...], About], str]]] = {
    "handoff": _handoff,
    "task_complete": lambda who, to, about: f"{who} finished: {text(about, 'task')}",
    "conflict": _conflict,
    "landed": _landed,
    "base_moved": _base_moved,
    "sync_failed": lambda who, to, about: text(about, "message"),
    "sync_request": _sync_request,
    "lock_taken": lambda who, to, about: f"{who} took over {_lock_of(to, about)}{because(about)}",
    "lock_released": lambda who, to, about: f"{who} released {_lock_of(to, about)}{because(about)}",
    "lock_clash": lambda who, to, about: text(about, "message"),
    "session_ended": _ended,
    "hook_trouble": lambda who, to, about: (
        f"The hook of {who} could not do all its work: {names(texts(about, 'what'))}"
    ),
}
"""The wording of each type that pdev or the guide's scripts send."""


# --- the journal ---------------------------------------------------------------------------------


def _send(about: About) -> str:
    return f"sent {text(about, 'to')} a message{after(optional(about, 'text'))}"


def _branch(about: About) -> str:
    branch = optional(about, "branch")
    return f" with its branch {branch}" if branch else ""


def _sync(about: About) -> str:
    by = " by merging" if about.get("how") == "merge" else ""
    return f"brought {names(texts(about, 'sessions'))} up to date with base{by}"


def _answered(about: About) -> str:
    state = _ANSWERED.get(text(about, "state"))
    if state is None:
        raise OddError("state")
    return f"{state} a handoff{because(about)}"


def _distributed(about: About) -> str:
    kept = counted(about, "kept", "was", "were")
    return f"dealt out {plural(number(about, 'added'), 'task')}" + (
        f"; {kept} there already" if kept else ""
    )


def _conflicts(about: About) -> str:
    found = about.get("events")
    count = len(found) if isinstance(found, list) else number(about, "events")
    return f"told sessions of {plural(count, 'new conflict')}"


def _registered(about: About) -> str:
    task = optional(about, "task")
    return f"says that it is {text(about, 'status')}" + (f", at: {task}" if task else "")


def _spawn(about: About) -> str:
    session, branch = text(about, "session"), optional(about, "branch")
    if about.get("id"):
        return f"put into the trash what was made of {session}, which could not be started"
    return f"started {session}" + (f" on {branch}" if branch else "")


def _sessions(about: About) -> str:
    found = names(texts(about, "sessions")) if about.get("sessions") else ""
    return f": {found}" if found else ""


def _after(about: About) -> str:
    earlier = names(texts(about, "after"))
    return f"is to land after {earlier}" if earlier else "lands after nobody in particular"


_CHANGES: Final[Mapping[str, Callable[[About], str]]] = {
    "add task": lambda about: f"added a task: {text(about, 'task')}",
    "after": _after,
    "cleanup": lambda about: f"cleaned up {text(about, 'session')}, whose work is merged",
    "clean events": lambda about: f"deleted {plural(number(about, 'removed'), 'old event')}",
    "conflicts": _conflicts,
    "converse": lambda about: f"began a conversation with {text(about, 'agent')}",
    "deliver": lambda about: f"had a message delivered to {text(about, 'to')}",
    "distribute": _distributed,
    "end": lambda about: f"ended{_let_go(about)}",
    "event": lambda about: f"sent an event: {text(about, 'type').replace('_', ' ')}",
    "expire": lambda about: (
        f"deleted {text(about, 'session')} from the trash for good{because(about)}"
    ),
    "expire sync": lambda about: f"dropped the way back from a sync{because(about)}",
    "forget resolution": lambda about: (
        f"had git forget how conflicts were resolved: {text(about, 'name')}"
    ),
    "give tasks": lambda about: (
        f"gave {plural(number(about, 'added'), 'task')} to {names(texts(about, 'to'))}"
    ),
    "hand off": lambda about: f"handed {text(about, 'to')}: {text(about, 'task')}",
    "handoff": _answered,
    "land": lambda about: f"landed {names(texts(about, 'sessions'))} {text(about, 'base')}",
    "lock": lambda about: f"locked {text(about, 'target')}{because(about)}",
    "move task": lambda about: f"moved a task to {text(about, 'to')}: {text(about, 'task')}",
    "pass tasks on": lambda about: (
        f"dealt out {plural(number(about, 'tasks'), 'open task')} of {text(about, 'from')}"
    ),
    "prune": lambda about: f"cleared away {text(about, 'session')}, whose directory is gone",
    "push": lambda about: f"pushed {text(about, 'base')}",
    "recover": lambda about: f"settled what was interrupted: {text(about, 'message')}",
    "register": _registered,
    "remove": lambda about: f"removed {text(about, 'session')}{_branch(about)}",
    "repair": lambda about: f"moved the unreadable {text(about, 'file')} out of the way",
    "repair split-brain": lambda about: (
        f"moved shared files out of {text(about, 'from')}, where nobody looks for them"
    ),
    "repair worktree": lambda about: (
        f"told git where {text(about, 'session')} is now: {text(about, 'path')}"
    ),
    "restore": lambda about: f"brought {text(about, 'session')} back from the trash",
    "resume": lambda about: "is at work again",
    "revoke": lambda about: f"took back a message to {text(about, 'to')}",
    "send": _send,
    "spawn": _spawn,
    "sync": _sync,
    "take tasks back": lambda about: f"took tasks back from {text(about, 'from')}",
    "task done": lambda about: f"finished: {text(about, 'task')}",
    "tick": lambda about: f"ticked: {text(about, 'task')}",
    "undo land": lambda about: (
        f"put base back to before {names(texts(about, 'sessions'))} landed {text(about, 'base')}"
    ),
    "undo sync": lambda about: f"put {names(texts(about, 'sessions'))} back as before the sync",
    "unlock": lambda about: f"unlocked {text(about, 'target')}{because(about)}",
    "undo up": lambda about: f"took back the start of {text(about, 'team')}{_sessions(about)}",
    "untick": lambda about: f"opened again: {text(about, 'task')}",
    "up": lambda about: f"started {optional(about, 'team') or 'windows'}{_sessions(about)}",
}
"""The wording of each change, after the name of who made it."""
