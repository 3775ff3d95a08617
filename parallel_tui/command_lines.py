"""Command lines of `pdev`, for people to read and copy, in the words of both faces."""

from __future__ import annotations

import shlex

from parallel_tui.advice import Act, Advice
from parallel_tui.model.sharing.journal import UndoAction, UndoKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

    from parallel_tui.errors import ParallelError
    from parallel_tui.model.lifecycle.recovery import Settled

_LINES: Final[Mapping[Act, str]] = {
    Act.CHECK: "pdev check",
    Act.CLOSE: "pdev close {0}",
    Act.EMIT: "pdev event emit note",
    Act.HANDOFFS: "pdev handoff list",
    Act.HISTORY: "pdev history",
    Act.LIST: "pdev list",
    Act.PASS_ON: "pdev task pass-on {0}",
    Act.PRUNE: "pdev prune {0}",
    Act.REMOVE: "pdev remove {0}",
    Act.REPAIR_FILE: "pdev repair {0}",
    Act.REPAIR_MOVED: "pdev prune --repair {0}",
    Act.REPAIR_SPLIT: "pdev repair --split-brain {0}",
    Act.RESTORE_AS: "pdev undo {0} --as {1}",
    Act.SPAWN: "pdev spawn NAME",
    Act.STATUS: "pdev session set --status active",
    Act.TAKE: "pdev lock --take -- {0}",
    Act.TRASH: "pdev trash list",
    Act.UNDO: "pdev undo {0}",
    Act.UNLOCK: "pdev unlock --force --reason ended -- {0}",
}

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


def command_line(advice: Advice) -> str:
    """The command that carries out an action."""
    return _LINES[advice.act].format(*map(shlex.quote, advice.what), *[""] * 2).rstrip()


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
    quoted = shlex.quote(action.what)
    match action.kind:
        case UndoKind.RESTORE:
            return f"pdev undo {quoted}"
        case UndoKind.SYNC:
            return f"pdev sync --undo {quoted}"
        case UndoKind.UNLOCK:
            return f"pdev unlock --session {shlex.quote(action.session)} -- {quoted}"
        case UndoKind.REMOVE:
            return f"pdev remove {quoted}"


def said(words: str | Advice) -> str:
    """Plain words or advice as text."""
    return worded(words) if isinstance(words, Advice) else words


def settled_words(settled: Settled) -> str:
    """The result of recovering an interrupted change, and how to restore what it removed."""
    if settled.undo is None:
        return settled.message
    line = undo_line(settled.undo)
    back = f"what was in it: {line}" if settled.verb == "spawn" else f"{line} brings it back"
    return f"{settled.message}; {back}"
