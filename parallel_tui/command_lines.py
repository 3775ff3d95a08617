"""Command lines of `pdev`, for people to read and copy, in the words of both faces."""

from __future__ import annotations

from parallel_tui.model.sharing.journal import UndoAction, UndoKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

    from parallel_tui.advice import Advice
    from parallel_tui.errors import ParallelError
    from parallel_tui.model.lifecycle.recovery import Settled

_LINES: Final[Mapping[str, str]] = {
    "after": "pdev session after {0}",
    "check": "pdev check",
    "close": "pdev close {0}",
    "connect": "pdev host connect {0} {1}",
    "connect program": "pdev host connect {0} --program {1}",
    "emit": "pdev event emit note",
    "handoffs": "pdev handoff list",
    "history": "pdev history",
    "hooks": "pdev hooks install",
    "list": "pdev list",
    "load layout": "pdev layout load {0}",
    "pass on": "pdev task pass-on {0}",
    "prune": "pdev prune {0}",
    "queue": "pdev queue list",
    "remove": "pdev remove {0}",
    "repair file": "pdev repair {0}",
    "repair moved": "pdev prune --repair {0}",
    "repair split brain": "pdev repair --split-brain {0}",
    "restore as": "pdev undo {0} --as {1}",
    "spawn": "pdev spawn NAME",
    "take": "pdev lock --take -- {0}",
    "train": "pdev train update",
    "trash": "pdev trash list",
    "undo": "pdev undo {0}",
    "unlock": "pdev unlock --force --reason ended -- {0}",
}
"""By the value of an `Act`: most commands need a line, and no enumeration."""


def quoted(word: str) -> str:
    """A word as a shell reads it again."""
    if word and word.isascii() and all(each.isalnum() or each in "-./_" for each in word):
        return word
    import shlex  # which compiles an expression

    return shlex.quote(word)


FREE_FOR_AGENTS: Final = (
    *(
        f"pdev {verb}:*"
        for verb in (
            *("check", "diff", "event", "handoff", "list", "lock", "locks", "path"),
            *("session set", "status", "task", "tasks"),
        )
    ),
    "pdev unlock --all",
)
"""What an agent may run without asking: it reads, or speaks to other sessions in its own name.
`:*` stands for any further arguments."""

CHECK_COMMIT: Final = "pdev check --boundaries --staged"
"""What git's own hook asks before a commit."""

UNDO_GIT_HOOK: Final = "pdev hooks uninstall --git"

BOUNDARY_LINES: Final[Mapping[str, str]] = {
    "ask": "ask with `pdev handoff send {0} --file {1} --task …`",
    "take": "take it over with `pdev lock --take -- {0}`",
    "emit": "tell the others with `pdev event emit note`",
    "locks": "`pdev locks` has all that is known of it",
    "check": "`pdev check --boundaries` says more",
}
"""What to do about a path that is not the session's own, by `act` of a remark about it."""


def answer_handoff(handoff: str) -> str:
    """How an agent answers a handoff, as one sentence."""
    said = f"pdev handoff accept {handoff}"
    return f"Answer with `{said}`, and with `pdev handoff done {handoff}` when it is done."


def on_tasks(session: str) -> str:
    """How an agent finds its tasks and ticks them, as one sentence."""
    return (
        f"Your tasks are listed by `pdev tasks {session}`: work through them in order, and tick "
        "each with `pdev task done NUMBER` once it is done."
    )


def command_line(advice: Advice) -> str:
    """The command that carries out an action."""
    return _LINES[advice.act].format(*map(quoted, advice.what), *[""] * 2).rstrip()


def worded(advice: Advice) -> str:
    """Advice as a sentence with its command."""
    return f"{advice.before}{command_line(advice)}{advice.after}"


def hint_of(error: ParallelError) -> str:
    """Remedies for an error, one per line; empty without any."""
    return "\n".join(filter(None, (error.hint, *map(worded, error.advice))))


def undo_line(action: UndoAction | None) -> str:
    """The command that undoes a change; empty when nothing can."""
    if action is None:
        return ""
    what = quoted(action.what)
    match action.kind:
        case UndoKind.RESTORE | UndoKind.LANDING | UndoKind.TEAM:
            return f"pdev undo {what}"
        case UndoKind.SYNC:
            return f"pdev sync --undo {what}"
        case UndoKind.UNLOCK:
            return f"pdev unlock --session {quoted(action.session)} -- {what}"
        case UndoKind.REMOVE:
            return f"pdev remove {what}"


def on_machine(host: str, line: str) -> str:
    """The command that does on another machine what a command line of ours does on this one."""
    return f"pdev on {quoted(host)} {line.removeprefix('pdev ')}"


def said(words: str | Advice) -> str:
    """Plain words or advice as text."""
    return words if isinstance(words, str) else worded(words)


def settled_words(settled: Settled) -> str:
    """The result of recovering an interrupted change, and how to restore what it removed."""
    if settled.undo is None:
        return settled.message
    line = undo_line(settled.undo)
    if settled.undo.kind is UndoKind.LANDING:
        return f"{settled.message}; {line} takes back what has landed"
    back = f"what was in it: {line}" if settled.verb == "spawn" else f"{line} brings it back"
    return f"{settled.message}; {back}"
