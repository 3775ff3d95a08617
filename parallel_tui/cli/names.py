"""Table of the commands of `pdev`, and the options that all of them have."""

from __future__ import annotations

from parallel_tui.options import absent, add_shared
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from typing import Final


@dataclass(frozen=True, slots=True)
class Command:
    """One command.

    Attributes:
        name: As typed.
        module: Module of this package that has it.
        summary: One line for the list of commands.
        base: Whether `--base` has its shared meaning in it.
    """

    name: str
    module: str
    summary: str
    base: bool = True


COMMANDS: Final = (
    Command("list", "view", "all sessions, one a line"),
    Command("status", "view", "an overview, or everything known about one session"),
    Command("watch", "watch", "print changes as they happen"),
    Command("wait", "wait", "return when sessions are idle, waiting, merged, gone or the like"),
    Command("spawn", "spawn", "start a session: branch, worktree, window, agent", base=False),
    Command("up", "up", "start a team of sessions, or open the windows that are missing"),
    Command("down", "up", "end a team of sessions; shows first what would be lost"),
    Command("preset", "presets", "teams known by name: list, show, save what runs now"),
    Command("remove", "remove", "end a session; shows first what would be lost"),
    Command("undo", "trash", "undo the last removal, sync or landing, or the one you name"),
    Command("trash", "trash", "removed sessions: list, restore, empty"),
    Command("cleanup", "cleanup", "remove sessions whose work is merged, with the proof for each"),
    Command("prune", "cleanup", "worktrees whose directory is gone: show, remove, repair"),
    Command("history", "history", "what was changed, and how to undo it"),
    Command("sync", "sync", "bring sessions up to date with base"),
    Command("merge", "merge", "plan what can land on base, check it, and land it"),
    Command("prove", "prove", "check sessions landed together, and name those that break base"),
    Command("train", "train", "base with all ready sessions landed, as a ref and a directory"),
    Command("resolve", "resolve", "conflicts that were resolved before: list, show, forget"),
    Command("doctor", "doctor", "find problems, each with the command that fixes it"),
    Command("attach", "windows", "go to a session's window"),
    Command("resume", "resume", "open a session again with its agent's conversation"),
    Command("open", "windows", "show a session in a new terminal"),
    Command("close", "windows", "close a window"),
    Command("layout", "layout", "open windows as a layout has them, and write down how they stand"),
    Command("path", "details", 'print a session\'s directory: cd "$(pdev path NAME)"'),
    Command("diff", "details", "what a session changed since it left base"),
    Command("check", "check", "what will conflict between sessions, before anyone merges"),
    Command("ci", "ci", "check for conflicts in continuous integration, and write its workflow"),
    Command("lock", "locks", "keep others from writing paths; all or nothing"),
    Command("unlock", "locks", "release locks"),
    Command("locks", "locks", "every lock: who, since when, why"),
    Command("run", "run", "run a command in a slot, so that few heavy ones run at once"),
    Command("top", "top", "what each session uses of the machine, and its biggest processes"),
    Command("slots", "machine", "who runs in which slot, and who waits for it"),
    Command("ports", "machine", "ports, compose project and database of each session"),
    Command("send", "send", "send a prompt to sessions' agents, at once or once they are at rest"),
    Command("queue", "send", "messages that wait for an agent: list, revoke, deliver"),
    Command("handoff", "handoffs", "hand a task to another session; list and answer handoffs"),
    Command("event", "events", "send and read messages between sessions"),
    Command("distribute", "tasks", "distribute a file of tasks among sessions"),
    Command("tasks", "tasks", "every session's tasks and how far it is"),
    Command("task", "tasks", "tick a task, or report one done"),
    Command("session", "sessions", "register sessions, say what they do, end and show them"),
    Command("repair", "sessions", "move a shared file that cannot be read out of the way"),
    Command("store", "store", "what sessions share, on a server for several machines"),
    Command("host", "host", "share work with other machines, and see theirs"),
    Command("on", "on", "run a command of pdev on another machine, through ssh"),
    Command("hooks", "hooks", "let agents and git ask pdev before they write"),
    Command("mcp", "mcp", "offer the commands to agents as tools (Model Context Protocol)"),
    Command("config", "config", "the settings in force, and where each comes from"),
    Command("tmux-conf", "recommend", "recommended settings of tmux, against those in force"),
    Command("screen-conf", "recommend", "recommended settings of GNU screen"),
    Command("completion", "completion", "complete commands and sessions in bash, zsh or fish"),
)


def add_general(parser: argparse.ArgumentParser, *, base: bool = True) -> None:
    """Add the options that every command has.

    Args:
        parser: Where to add them.
        base: Whether `--base` has its shared meaning.
    """
    add_shared(parser, base=base)
    parser.add_argument(
        "--no-color",
        action="store_true",
        default=absent(),
        help="no colours; the same as setting NO_COLOR",
    )


def asks_for_json(arguments: Sequence[str]) -> bool:
    """Whether errors are to be JSON too, known before the command line is understood."""
    own = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return "--json" in own or "--ndjson" in own
